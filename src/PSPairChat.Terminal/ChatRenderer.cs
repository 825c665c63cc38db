using System;
using System.Text;

namespace PSPairChat.Terminal;

/// <summary>
/// Renders a chat: output scrolls above the line that is edited. The edited line is erased, the output is written, and the line is rendered again with the
/// cursor at the same position.
/// </summary>
/// <param name="terminal">The terminal.</param>
internal sealed class ChatRenderer(IChatTerminal terminal)
{
    private const string ClearScreen = "\u001b[H\u001b[2J";
    private const int MinWidth = 2;

    private readonly LiveRenderer _live = new();
    private readonly StringBuilder _pendingOutput = new();

    private int Width => Math.Max(MinWidth, terminal.Width);

    /// <summary>Adds a line to the output, which the next call of <see cref="Render"/> or <see cref="Close"/> writes.</summary>
    public void WriteLine(string line, string style = TextStyle.Plain)
    {
        style = GetEffectiveStyle(style);
        _pendingOutput.Append(TextStyle.GetStart(style)).Append(line).Append(TextStyle.GetEnd(style)).Append("\r\n");
    }

    /// <summary>Writes the pending output, and renders the edited line below it.</summary>
    /// <param name="prompt">The text before the line.</param>
    /// <param name="promptStyle">The style of the prompt.</param>
    /// <param name="editor">The edited line.</param>
    /// <param name="suffix">The text after the line; empty for none.</param>
    public void Render(string prompt, string promptStyle, LineEditor editor, string suffix = "")
    {
        // Read once: the size of the window can change at any time.
        var width = Width;
        var output = TakePendingOutput(width);
        var line = LineLayout.Wrap(
            prompt, GetEffectiveStyle(promptStyle), editor.Text, editor.Cursor, suffix, GetEffectiveStyle(TextStyle.Dim), width);
        Write(output + _live.Render(line, width, terminal.Height));
    }

    /// <summary>Clears the screen.</summary>
    public void Clear()
    {
        _live.Reset();
        Write(ClearScreen);
    }

    /// <summary>Writes the pending output, and erases the edited line.</summary>
    public void Close()
    {
        var width = Width;
        Write(TakePendingOutput(width) + _live.Erase(width));
    }

    private string TakePendingOutput(int width)
    {
        if (_pendingOutput.Length == 0)
            return "";
        var output = _live.Erase(width) + _pendingOutput;
        _pendingOutput.Clear();
        return output;
    }

    private void Write(string text)
    {
        if (text.Length > 0)
            terminal.Write(text);
    }

    private string GetEffectiveStyle(string style) => terminal.UseColor ? style : TextStyle.Plain;
}
