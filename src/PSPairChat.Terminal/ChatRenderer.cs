using System;
using System.Text;

namespace PSPairChat.Terminal;

/// <summary>
/// A screen on which news scrolls by above one line that is being typed: the half line is taken off, the news is printed, and the line comes back with the
/// cursor where it was.
/// </summary>
/// <param name="terminal">The terminal.</param>
internal sealed class ChatRenderer(IChatTerminal terminal)
{
    private const string ClearScreen = "\u001b[H\u001b[2J";
    private const int MinWidth = 2;

    private readonly LiveRenderer _live = new();
    private readonly StringBuilder _pendingLines = new();

    /// <summary>Prints a line above the one that is typed, at the next <see cref="Render"/>.</summary>
    public void WriteLine(string line, string style = TextStyle.Plain)
    {
        style = GetEffectiveStyle(style);
        _pendingLines.Append(TextStyle.Begin(style)).Append(line).Append(TextStyle.End(style)).Append("\r\n");
    }

    /// <summary>Shows the line that is being typed, below everything printed.</summary>
    public void Render(string prompt, string promptStyle, LineEditor editor, string remark = "")
    {
        // Asked once: the window may change its size at any moment.
        var width = Math.Max(MinWidth, terminal.Width);
        var news = TakePendingLines(width);
        var line = LineLayout.Wrap(
            prompt, GetEffectiveStyle(promptStyle), editor.Text, editor.Cursor, remark, GetEffectiveStyle(TextStyle.Dim), width);
        Write(news + _live.Render(line, width, terminal.Height));
    }

    /// <summary>Clears the screen.</summary>
    public void Clear()
    {
        _live.Reset();
        Write(ClearScreen);
    }

    /// <summary>Takes the line off that was being typed; what was printed stays.</summary>
    public void Close()
    {
        var width = Math.Max(MinWidth, terminal.Width);
        Write(TakePendingLines(width) + _live.Erase(width));
    }

    private string TakePendingLines(int width)
    {
        if (_pendingLines.Length == 0)
            return "";
        var news = _live.Erase(width) + _pendingLines;
        _pendingLines.Clear();
        return news;
    }

    private void Write(string text)
    {
        if (text.Length > 0)
            terminal.Write(text);
    }

    private string GetEffectiveStyle(string style) => terminal.HasColor ? style : TextStyle.Plain;
}
