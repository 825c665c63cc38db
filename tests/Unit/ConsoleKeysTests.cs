using System;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

public sealed class ConsoleKeysTests
{
    [Theory]
    [InlineData('\r', ConsoleKey.Enter, ConsoleModifiers.None, nameof(TerminalKeyKind.Enter))]
    [InlineData('\b', ConsoleKey.Backspace, ConsoleModifiers.None, nameof(TerminalKeyKind.Backspace))]
    [InlineData('\0', ConsoleKey.Delete, ConsoleModifiers.None, nameof(TerminalKeyKind.Delete))]
    [InlineData('\0', ConsoleKey.LeftArrow, ConsoleModifiers.None, nameof(TerminalKeyKind.Left))]
    [InlineData('\0', ConsoleKey.RightArrow, ConsoleModifiers.Shift, nameof(TerminalKeyKind.Right))]
    [InlineData('\0', ConsoleKey.LeftArrow, ConsoleModifiers.Control, nameof(TerminalKeyKind.BackwardWord))]
    [InlineData('\0', ConsoleKey.RightArrow, ConsoleModifiers.Alt, nameof(TerminalKeyKind.ForwardWord))]
    [InlineData('b', ConsoleKey.B, ConsoleModifiers.Alt, nameof(TerminalKeyKind.BackwardWord))]
    [InlineData('\0', ConsoleKey.UpArrow, ConsoleModifiers.None, nameof(TerminalKeyKind.Up))]
    [InlineData('\0', ConsoleKey.DownArrow, ConsoleModifiers.None, nameof(TerminalKeyKind.Down))]
    [InlineData('\0', ConsoleKey.Home, ConsoleModifiers.None, nameof(TerminalKeyKind.Home))]
    [InlineData('\0', ConsoleKey.End, ConsoleModifiers.None, nameof(TerminalKeyKind.End))]
    [InlineData('\u0001', ConsoleKey.A, ConsoleModifiers.Control, nameof(TerminalKeyKind.Home))]
    [InlineData('\u0003', ConsoleKey.C, ConsoleModifiers.Control, nameof(TerminalKeyKind.Interrupt))]
    [InlineData('\u0004', ConsoleKey.D, ConsoleModifiers.Control, nameof(TerminalKeyKind.DeleteCharOrExit))]
    [InlineData('\u000B', ConsoleKey.K, ConsoleModifiers.Control, nameof(TerminalKeyKind.KillLine))]
    [InlineData('\u0015', ConsoleKey.U, ConsoleModifiers.Control, nameof(TerminalKeyKind.BackwardKillLine))]
    [InlineData('\u0017', ConsoleKey.W, ConsoleModifiers.Control, nameof(TerminalKeyKind.UnixWordRubout))]
    [InlineData('\u0019', ConsoleKey.Y, ConsoleModifiers.Control, nameof(TerminalKeyKind.Yank))]
    [InlineData('\u001b', ConsoleKey.Escape, ConsoleModifiers.None, nameof(TerminalKeyKind.None))]
    [InlineData('\u001a', ConsoleKey.Z, ConsoleModifiers.Control, nameof(TerminalKeyKind.None))]
    [InlineData('\0', ConsoleKey.F5, ConsoleModifiers.None, nameof(TerminalKeyKind.None))]
    [InlineData('x', ConsoleKey.X, ConsoleModifiers.Alt, nameof(TerminalKeyKind.None))]
    public void A_key_means_what_shells_have_taught(char character, ConsoleKey key, ConsoleModifiers modifiers, string kind) =>
        Assert.Equal(Enum.Parse<TerminalKeyKind>(kind), Read(character, key, modifiers).Kind);

    [Theory]
    [InlineData('a', ConsoleKey.A, ConsoleModifiers.None)]
    [InlineData('A', ConsoleKey.A, ConsoleModifiers.Shift)]
    [InlineData('ß', (ConsoleKey)0, ConsoleModifiers.None)]
    [InlineData('\t', ConsoleKey.Tab, ConsoleModifiers.None)]
    [InlineData('@', ConsoleKey.Q, ConsoleModifiers.Control | ConsoleModifiers.Alt)]
    public void A_character_is_text(char character, ConsoleKey key, ConsoleModifiers modifiers)
    {
        var read = Read(character, key, modifiers);
        Assert.Equal((TerminalKeyKind.Text, character.ToString()), (read.Kind, read.Text));
    }

    private static TerminalKey Read(char character, ConsoleKey key, ConsoleModifiers modifiers) => ConsoleKeys.Read(new ConsoleKeyInfo(
        character, key, modifiers.HasFlag(ConsoleModifiers.Shift), modifiers.HasFlag(ConsoleModifiers.Alt), modifiers.HasFlag(ConsoleModifiers.Control)));
}
