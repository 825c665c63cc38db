using System;

namespace PSPairChat.Terminal;

/// <summary>
/// Renders a chat: output scrolls above the line that is edited. The edited line is erased, the output is written, and the line is rendered again with the
/// cursor at the same position. The terminal never wraps a row by itself: the next row would start in the first column.
/// </summary>
/// <param name="terminal">The terminal.</param>
internal sealed class ChatRenderer(IChatTerminal terminal)
{
    private const string ClearScreen = "\u001b[H\u001b[2J";
    private const string DisableAutoWrap = "\u001b[?7l";
    private const string EnableAutoWrap = "\u001b[?7h";

    private readonly LiveRenderer _live = new();
    private readonly OutputHistory _output = new();

    private int Width => Math.Max(TextWrapper.MinWidth, terminal.Width);

    /// <summary>Adds a line to the output, which the next call of <see cref="Render"/> or <see cref="Close"/> writes.</summary>
    public void WriteLine(string line, string style = TextStyle.Plain) => _output.Add(line, GetEffectiveStyle(style));

    /// <summary>Writes the pending output, and renders the edited line below it.</summary>
    /// <param name="prompt">The text before the line.</param>
    /// <param name="promptStyle">The style of the prompt.</param>
    /// <param name="editor">The edited line.</param>
    /// <param name="suffix">The text after the line; empty for none.</param>
    public void Render(string prompt, string promptStyle, LineEditor editor, string suffix = "")
    {
        // Read once: the size of the window can change at any time.
        int width = Width, height = terminal.Height;
        var output = RenderOutput(width, height);
        var line = LineLayout.Wrap(
            prompt, GetEffectiveStyle(promptStyle), editor.Text, editor.Cursor, suffix, GetEffectiveStyle(TextStyle.Dim), width);
        Write(output + _live.Render(line, width, height));
    }

    /// <summary>Forgets what was rendered: the next call of <see cref="Render"/> renders the edited line at the cursor.</summary>
    public void Reset()
    {
        _live.Reset();
        _output.Clear();
    }

    /// <summary>Clears the screen.</summary>
    public void Clear()
    {
        Reset();
        Write(ClearScreen);
    }

    /// <summary>Writes the pending output, and erases the edited line.</summary>
    public void Close()
    {
        var width = Width;
        Write(RenderOutput(width, terminal.Height) + _live.Erase(width));
    }

    private string RenderOutput(int width, int height)
    {
        var output = _output.Render(width, height - 1 - _live.GetRowsAboveCursor(width), out var rowsToErase);
        return output.Length == 0 ? "" : _live.Erase(width, rowsToErase) + output;
    }

    private void Write(string text)
    {
        if (text.Length > 0)
            terminal.Write(DisableAutoWrap + text + EnableAutoWrap);
    }

    private string GetEffectiveStyle(string style) => terminal.UseColor ? style : TextStyle.Plain;
}
