using System;
using System.Collections.Generic;
using System.Threading;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

public sealed class HandlePromptTests : InteractiveChatTestBase
{
    [Fact]
    public void Read_prompts_until_the_handle_is_valid()
    {
        using var script = Script().GetEnumerator();
        Assert.Equal("Chris", HandlePrompt.Read(new ScriptedTerminal(script, Screen), "", 10, CancellationToken.None));
        AssertScreen("""
            Invalid handle 'Chris Cross'. A handle is one word of 1
              through 10 letters, digits, '-', '_' or '.'.
            Enter a handle (up to 10 characters): Chris
            |
            """);
        IEnumerable<TerminalKey> Script()
        {
            yield return NoKey;
            AssertScreen("Enter a handle (up to 10 characters): |");
            yield return Text("Chris Cross");
            yield return Enter;
            yield return Key(EditCommand.UnixWordRubout);
            yield return Key(EditCommand.BackwardDeleteChar);
            yield return Enter;
        }
    }

    [Fact]
    public void Read_shows_a_rejected_handle_for_correction()
    {
        using var script = Script().GetEnumerator();
        Assert.Equal("too.long", HandlePrompt.Read(new ScriptedTerminal(script, Screen), "too.long.so", 10, CancellationToken.None));
        IEnumerable<TerminalKey> Script()
        {
            yield return NoKey;
            AssertScreen("Invalid handle 'too.long.so'. A handle is one word of 1\n  through 10 letters, digits, '-', '_' or '.'.\nEnter a handle (up to 10 characters): too.long.so|");
            yield return Key(EditCommand.BackwardKillWord);
            yield return Key(EditCommand.BackwardDeleteChar);
            yield return Enter;
        }
    }

    [Theory]
    [InlineData(nameof(EditCommand.Interrupt))]
    [InlineData(nameof(EditCommand.DeleteCharOrExit))]
    public void Read_returns_null_when_cancelled_by_the_user(string key)
    {
        IEnumerable<TerminalKey> script = [Key(Enum.Parse<EditCommand>(key))];
        using var keys = script.GetEnumerator();
        Assert.Null(HandlePrompt.Read(new ScriptedTerminal(keys, Screen), "", 10, CancellationToken.None));
    }

    [Fact]
    public void Read_trims_the_handle_and_edits_the_line()
    {
        using var script = Script().GetEnumerator();
        Assert.Equal("Chris", HandlePrompt.Read(new ScriptedTerminal(script, Screen), "", 10, CancellationToken.None));
        AssertScreen("Enter a handle (up to 10 characters): Chris\n|");
        IEnumerable<TerminalKey> Script()
        {
            yield return Text(" Chrisx ");
            yield return Key(EditCommand.BackwardChar);
            // Deletes a character, because the line is not empty.
            yield return Key(EditCommand.BackwardChar);
            yield return Key(EditCommand.DeleteCharOrExit);
            yield return NoKey;
            AssertScreen("Enter a handle (up to 10 characters):  Chris| ");
            yield return Enter;
        }
    }

    [Fact]
    public void Read_shows_an_error_in_color()
    {
        using var script = Script().GetEnumerator();
        var terminal = new ScriptedTerminal(script, Screen) { UseColor = true };
        Assert.Null(HandlePrompt.Read(terminal, "not valid", 10, CancellationToken.None));
        Assert.Equal(2, terminal.Raw.Split("\u001b[31mInvalid handle").Length - 1);
        IEnumerable<TerminalKey> Script()
        {
            yield return Enter;
            yield return Interrupt;
        }
    }

    [Fact]
    public void Read_shows_the_prompt_again_after_another_program_has_written_to_the_terminal()
    {
        using var script = Script().GetEnumerator();
        Assert.Null(HandlePrompt.Read(new ScriptedTerminal(script, Screen), "", 10, CancellationToken.None));
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("Ch");
            yield return NoKey;
            Screen.Write("\r\n[1]+ Stopped\r\n");
            yield return Key(EditCommand.RedrawCurrentLine);
            yield return NoKey;
            AssertScreen("Enter a handle (up to 10 characters): Ch\n[1]+ Stopped\nEnter a handle (up to 10 characters): Ch|");
            yield return Interrupt;
        }
    }

    [Fact]
    public void Read_is_cancelled_by_the_token_and_erases_the_prompt()
    {
        using var stop = new CancellationTokenSource();
        using var script = Script().GetEnumerator();
        Assert.Throws<OperationCanceledException>(() => HandlePrompt.Read(new ScriptedTerminal(script, Screen), "", 10, stop.Token));
        Assert.Equal("", Screen.Text);
        IEnumerable<TerminalKey> Script()
        {
            yield return NoKey;
            stop.Cancel();
            yield return NoKey;
        }
    }
}
