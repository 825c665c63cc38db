using System;
using System.Text;

namespace PSPairChat.Terminal;

/// <summary>
/// A screen on which news scrolls by above one line that is being typed: the half line is taken off, the news is printed, and the line comes back with the
/// cursor where it was.
/// </summary>
/// <param name="terminal">The terminal.</param>
internal sealed class ChatScreen(IChatTerminal terminal)
{
    private const string ClearScreen = "\u001b[H\u001b[2J";
    private const int LeastWidth = 2;

    private readonly LiveLine _live = new();
    private readonly StringBuilder _news = new();

    /// <summary>Prints a line above the one that is typed, at the next <see cref="Show"/>.</summary>
    public void Print(string line, string style = ScreenStyle.Plain)
    {
        style = Wanted(style);
        _news.Append(ScreenStyle.Begin(style)).Append(line).Append(ScreenStyle.End(style)).Append("\r\n");
    }

    /// <summary>Shows the line that is being typed, below everything printed.</summary>
    public void Show(string prompt, string promptStyle, LineEditor editor, string remark = "")
    {
        // Asked once: the window may change its size at any moment.
        var width = Math.Max(LeastWidth, terminal.Width);
        var news = TakeNews(width);
        var line = LineLayout.Arrange(
            prompt, Wanted(promptStyle), editor.Text, editor.Cursor, remark, Wanted(ScreenStyle.Quiet), width);
        Write(news + _live.Draw(line, width, terminal.Height));
    }

    /// <summary>Clears the screen.</summary>
    public void Clear()
    {
        _live.Forget();
        Write(ClearScreen);
    }

    /// <summary>Takes the line off that was being typed; what was printed stays.</summary>
    public void Close()
    {
        var width = Math.Max(LeastWidth, terminal.Width);
        Write(TakeNews(width) + _live.Erase(width));
    }

    private string TakeNews(int width)
    {
        if (_news.Length == 0)
            return "";
        var news = _live.Erase(width) + _news;
        _news.Clear();
        return news;
    }

    private void Write(string text)
    {
        if (text.Length > 0)
            terminal.Write(text);
    }

    private string Wanted(string style) => terminal.HasColor ? style : ScreenStyle.Plain;
}
