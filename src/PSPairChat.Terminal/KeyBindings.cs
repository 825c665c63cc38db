using System;

namespace PSPairChat.Terminal;

/// <summary>Maps console keys to editing commands: cursor keys, and the default bindings of GNU readline.</summary>
internal static class KeyBindings
{
    private const char DetachCharacter = '\u001D';     // Ctrl+]
    private const ConsoleModifiers ControlAlt = ConsoleModifiers.Control | ConsoleModifiers.Alt;

    /// <summary>Maps a key; a key without a binding maps to <see cref="EditCommand.None"/>.</summary>
    public static TerminalKey Map(ConsoleKeyInfo key)
    {
        // AltGr is reported as Control and Alt together; its character is inserted.
        var command = (key.Modifiers & ControlAlt) switch
        {
            ConsoleModifiers.Control => MapControl(key),
            ConsoleModifiers.Alt => MapAlt(key),
            _ => MapUnmodified(key),
        };
        if (command != EditCommand.None)
            return new TerminalKey(command);
        if (key.KeyChar == DetachCharacter)
            return new TerminalKey(EditCommand.Detach);
        return !char.IsControl(key.KeyChar) && (key.Modifiers & ControlAlt) != ConsoleModifiers.Alt
            ? new TerminalKey(EditCommand.SelfInsert, key.KeyChar.ToString())
            : default;
    }

    private static EditCommand MapUnmodified(ConsoleKeyInfo key) => key.Key switch
    {
        ConsoleKey.Enter => EditCommand.AcceptLine,
        ConsoleKey.Tab => EditCommand.Complete,
        ConsoleKey.Backspace => EditCommand.BackwardDeleteChar,
        ConsoleKey.Delete => EditCommand.DeleteChar,
        ConsoleKey.LeftArrow => EditCommand.BackwardChar,
        ConsoleKey.RightArrow => EditCommand.ForwardChar,
        ConsoleKey.UpArrow => EditCommand.PreviousHistory,
        ConsoleKey.DownArrow => EditCommand.NextHistory,
        ConsoleKey.Home => EditCommand.BeginningOfLine,
        ConsoleKey.End => EditCommand.EndOfLine,
        _ => EditCommand.None,
    };

    private static EditCommand MapControl(ConsoleKeyInfo key) => key.Key switch
    {
        ConsoleKey.A => EditCommand.BeginningOfLine,
        ConsoleKey.B => EditCommand.BackwardChar,
        ConsoleKey.C => EditCommand.Interrupt,
        ConsoleKey.D => EditCommand.DeleteCharOrExit,
        ConsoleKey.E => EditCommand.EndOfLine,
        ConsoleKey.F => EditCommand.ForwardChar,
        ConsoleKey.H => EditCommand.BackwardDeleteChar,
        ConsoleKey.J or ConsoleKey.M => EditCommand.AcceptLine,
        ConsoleKey.K => EditCommand.KillLine,
        ConsoleKey.L => EditCommand.ClearScreen,
        ConsoleKey.N => EditCommand.NextHistory,
        ConsoleKey.P => EditCommand.PreviousHistory,
        ConsoleKey.U => EditCommand.BackwardKillLine,
        ConsoleKey.W => EditCommand.UnixWordRubout,
        ConsoleKey.Y => EditCommand.Yank,
        // Unix terminals send the same for Ctrl+] and Ctrl+5.
        ConsoleKey.D5 => EditCommand.Detach,
        ConsoleKey.LeftArrow => EditCommand.BackwardWord,
        ConsoleKey.RightArrow => EditCommand.ForwardWord,
        ConsoleKey.Backspace => EditCommand.BackwardKillWord,
        ConsoleKey.Delete => EditCommand.KillWord,
        _ => MapUnmodified(key),
    };

    private static EditCommand MapAlt(ConsoleKeyInfo key) => key.Key switch
    {
        ConsoleKey.B or ConsoleKey.LeftArrow => EditCommand.BackwardWord,
        ConsoleKey.F or ConsoleKey.RightArrow => EditCommand.ForwardWord,
        ConsoleKey.D => EditCommand.KillWord,
        ConsoleKey.Backspace => EditCommand.BackwardKillWord,
        _ => EditCommand.None,
    };
}
