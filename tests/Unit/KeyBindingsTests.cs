using System;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

public sealed class KeyBindingsTests
{
    [Theory]
    [InlineData('\r', ConsoleKey.Enter, ConsoleModifiers.None, nameof(EditCommand.AcceptLine))]
    [InlineData('\b', ConsoleKey.Backspace, ConsoleModifiers.None, nameof(EditCommand.BackwardDeleteChar))]
    [InlineData('\0', ConsoleKey.Delete, ConsoleModifiers.None, nameof(EditCommand.DeleteChar))]
    [InlineData('\0', ConsoleKey.LeftArrow, ConsoleModifiers.None, nameof(EditCommand.BackwardChar))]
    [InlineData('\0', ConsoleKey.RightArrow, ConsoleModifiers.Shift, nameof(EditCommand.ForwardChar))]
    [InlineData('\0', ConsoleKey.LeftArrow, ConsoleModifiers.Control, nameof(EditCommand.BackwardWord))]
    [InlineData('\0', ConsoleKey.RightArrow, ConsoleModifiers.Control, nameof(EditCommand.ForwardWord))]
    [InlineData('\b', ConsoleKey.Backspace, ConsoleModifiers.Control, nameof(EditCommand.BackwardKillWord))]
    [InlineData('\0', ConsoleKey.Delete, ConsoleModifiers.Control, nameof(EditCommand.KillWord))]
    [InlineData('\0', ConsoleKey.Home, ConsoleModifiers.Control, nameof(EditCommand.BeginningOfLine))]
    [InlineData('\0', ConsoleKey.LeftArrow, ConsoleModifiers.Alt, nameof(EditCommand.BackwardWord))]
    [InlineData('\0', ConsoleKey.RightArrow, ConsoleModifiers.Alt, nameof(EditCommand.ForwardWord))]
    [InlineData('\b', ConsoleKey.Backspace, ConsoleModifiers.Alt, nameof(EditCommand.BackwardKillWord))]
    [InlineData('f', ConsoleKey.F, ConsoleModifiers.Alt, nameof(EditCommand.ForwardWord))]
    [InlineData('d', ConsoleKey.D, ConsoleModifiers.Alt, nameof(EditCommand.KillWord))]
    [InlineData('b', ConsoleKey.B, ConsoleModifiers.Alt, nameof(EditCommand.BackwardWord))]
    [InlineData('\0', ConsoleKey.UpArrow, ConsoleModifiers.None, nameof(EditCommand.PreviousHistory))]
    [InlineData('\0', ConsoleKey.DownArrow, ConsoleModifiers.None, nameof(EditCommand.NextHistory))]
    [InlineData('\0', ConsoleKey.Home, ConsoleModifiers.None, nameof(EditCommand.BeginningOfLine))]
    [InlineData('\0', ConsoleKey.End, ConsoleModifiers.None, nameof(EditCommand.EndOfLine))]
    [InlineData('\u0001', ConsoleKey.A, ConsoleModifiers.Control, nameof(EditCommand.BeginningOfLine))]
    [InlineData('\u0002', ConsoleKey.B, ConsoleModifiers.Control, nameof(EditCommand.BackwardChar))]
    [InlineData('\u0003', ConsoleKey.C, ConsoleModifiers.Control, nameof(EditCommand.Interrupt))]
    [InlineData('\u0004', ConsoleKey.D, ConsoleModifiers.Control, nameof(EditCommand.DeleteCharOrExit))]
    [InlineData('\u0005', ConsoleKey.E, ConsoleModifiers.Control, nameof(EditCommand.EndOfLine))]
    [InlineData('\u0006', ConsoleKey.F, ConsoleModifiers.Control, nameof(EditCommand.ForwardChar))]
    [InlineData('\b', ConsoleKey.H, ConsoleModifiers.Control, nameof(EditCommand.BackwardDeleteChar))]
    [InlineData('\n', ConsoleKey.J, ConsoleModifiers.Control, nameof(EditCommand.AcceptLine))]
    [InlineData('\u000B', ConsoleKey.K, ConsoleModifiers.Control, nameof(EditCommand.KillLine))]
    [InlineData('\f', ConsoleKey.L, ConsoleModifiers.Control, nameof(EditCommand.ClearScreen))]
    [InlineData('\r', ConsoleKey.M, ConsoleModifiers.Control, nameof(EditCommand.AcceptLine))]
    [InlineData('\u000E', ConsoleKey.N, ConsoleModifiers.Control, nameof(EditCommand.NextHistory))]
    [InlineData('\u0010', ConsoleKey.P, ConsoleModifiers.Control, nameof(EditCommand.PreviousHistory))]
    [InlineData('\u0015', ConsoleKey.U, ConsoleModifiers.Control, nameof(EditCommand.BackwardKillLine))]
    [InlineData('\u0017', ConsoleKey.W, ConsoleModifiers.Control, nameof(EditCommand.UnixWordRubout))]
    [InlineData('\u0019', ConsoleKey.Y, ConsoleModifiers.Control, nameof(EditCommand.Yank))]
    [InlineData('\u001b', ConsoleKey.Escape, ConsoleModifiers.None, nameof(EditCommand.None))]
    [InlineData('\u001a', ConsoleKey.Z, ConsoleModifiers.Control, nameof(EditCommand.None))]
    [InlineData('\t', ConsoleKey.Tab, ConsoleModifiers.None, nameof(EditCommand.Complete))]
    [InlineData('\u001d', ConsoleKey.Oem6, ConsoleModifiers.Control, nameof(EditCommand.Detach))]
    [InlineData('\0', ConsoleKey.D5, ConsoleModifiers.Control, nameof(EditCommand.Detach))]
    [InlineData('\0', ConsoleKey.F5, ConsoleModifiers.None, nameof(EditCommand.None))]
    [InlineData('x', ConsoleKey.X, ConsoleModifiers.Alt, nameof(EditCommand.None))]
    public void Map_returns_the_command_of_a_key(char character, ConsoleKey key, ConsoleModifiers modifiers, string command) =>
        Assert.Equal(Enum.Parse<EditCommand>(command), Map(character, key, modifiers).Command);

    [Theory]
    [InlineData('a', ConsoleKey.A, ConsoleModifiers.None)]
    [InlineData('A', ConsoleKey.A, ConsoleModifiers.Shift)]
    [InlineData('ß', (ConsoleKey)0, ConsoleModifiers.None)]
    [InlineData('@', ConsoleKey.Q, ConsoleModifiers.Control | ConsoleModifiers.Alt)]
    public void Map_returns_SelfInsert_for_a_character(char character, ConsoleKey key, ConsoleModifiers modifiers)
    {
        var mapped = Map(character, key, modifiers);
        Assert.Equal((EditCommand.SelfInsert, character.ToString()), (mapped.Command, mapped.Text));
    }

    private static TerminalKey Map(char character, ConsoleKey key, ConsoleModifiers modifiers) => KeyBindings.Map(new ConsoleKeyInfo(
        character, key, modifiers.HasFlag(ConsoleModifiers.Shift), modifiers.HasFlag(ConsoleModifiers.Alt), modifiers.HasFlag(ConsoleModifiers.Control)));
}
