using System;

namespace PSPairChat.Terminal;

/// <summary>What the keys of a console mean to whoever types a line: the cursor keys, and the letters that shells have for them.</summary>
internal static class ConsoleKeys
{
    private const ConsoleModifiers ControlOrAlt = ConsoleModifiers.Control | ConsoleModifiers.Alt;

    /// <summary>Reads a key.</summary>
    public static TerminalKey Read(ConsoleKeyInfo key)
    {
        // AltGr reads as both; the character it types counts.
        var kind = (key.Modifiers & ControlOrAlt) switch
        {
            ConsoleModifiers.Control => WithControl(key),
            ConsoleModifiers.Alt => WithAlt(key),
            _ => Alone(key),
        };
        if (kind != TerminalKeyKind.None)
            return new TerminalKey(kind);
        return key.KeyChar == '\t' || !char.IsControl(key.KeyChar) && (key.Modifiers & ControlOrAlt) != ConsoleModifiers.Alt
            ? new TerminalKey(TerminalKeyKind.Text, key.KeyChar.ToString())
            : default;
    }

    private static TerminalKeyKind Alone(ConsoleKeyInfo key) => key.Key switch
    {
        ConsoleKey.Enter => TerminalKeyKind.Enter,
        ConsoleKey.Backspace => TerminalKeyKind.Backspace,
        ConsoleKey.Delete => TerminalKeyKind.Delete,
        ConsoleKey.LeftArrow => TerminalKeyKind.Left,
        ConsoleKey.RightArrow => TerminalKeyKind.Right,
        ConsoleKey.UpArrow => TerminalKeyKind.Up,
        ConsoleKey.DownArrow => TerminalKeyKind.Down,
        ConsoleKey.Home => TerminalKeyKind.Home,
        ConsoleKey.End => TerminalKeyKind.End,
        _ => TerminalKeyKind.None,
    };

    private static TerminalKeyKind WithControl(ConsoleKeyInfo key) => key.Key switch
    {
        ConsoleKey.A => TerminalKeyKind.Home,
        ConsoleKey.B => TerminalKeyKind.Left,
        ConsoleKey.C => TerminalKeyKind.Interrupt,
        ConsoleKey.D => TerminalKeyKind.DeleteCharOrExit,
        ConsoleKey.E => TerminalKeyKind.End,
        ConsoleKey.F => TerminalKeyKind.Right,
        ConsoleKey.H => TerminalKeyKind.Backspace,
        ConsoleKey.J or ConsoleKey.M => TerminalKeyKind.Enter,
        ConsoleKey.K => TerminalKeyKind.KillLine,
        ConsoleKey.L => TerminalKeyKind.ClearScreen,
        ConsoleKey.N => TerminalKeyKind.Down,
        ConsoleKey.P => TerminalKeyKind.Up,
        ConsoleKey.U => TerminalKeyKind.BackwardKillLine,
        ConsoleKey.W => TerminalKeyKind.UnixWordRubout,
        ConsoleKey.Y => TerminalKeyKind.Yank,
        ConsoleKey.LeftArrow => TerminalKeyKind.BackwardWord,
        ConsoleKey.RightArrow => TerminalKeyKind.ForwardWord,
        ConsoleKey.Backspace => TerminalKeyKind.BackwardKillWord,
        ConsoleKey.Delete => TerminalKeyKind.KillWord,
        _ => Alone(key),
    };

    private static TerminalKeyKind WithAlt(ConsoleKeyInfo key) => key.Key switch
    {
        ConsoleKey.B or ConsoleKey.LeftArrow => TerminalKeyKind.BackwardWord,
        ConsoleKey.F or ConsoleKey.RightArrow => TerminalKeyKind.ForwardWord,
        ConsoleKey.D => TerminalKeyKind.KillWord,
        ConsoleKey.Backspace => TerminalKeyKind.BackwardKillWord,
        _ => TerminalKeyKind.None,
    };
}
