using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Runs a shell command in a terminal. Each window has a tmux server of its own.</summary>
internal sealed class TmuxWindow : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly string _socket = "pairchat-" + Guid.NewGuid().ToString("N");

    public TmuxWindow(string command, int width = 70, int height = 20)
    {
        // Keeps the screen after the command has ended, and shows its exit code and whether it restored the modes of the terminal.
        var script = $"modes=$(stty -g); {command}; echo \"exit code $?\"; [ \"$modes\" = \"$(stty -g)\" ] && echo 'modes restored'; exec cat";
        Run("-u", "-f", "/dev/null", "new-session", "-d", "-x", Format(width), "-y", Format(height), "sh", "-c", script, ";", "set", "-g", "status", "off");
        Resize(width, height);
    }

    /// <summary>Gets the text of the window, without empty rows at the end.</summary>
    public string Screen => Run("capture-pane", "-p").TrimEnd('\n');

    /// <summary>Gets the text from the start of the row to the cursor.</summary>
    public string TextBeforeCursor
    {
        get
        {
            var position = Run("display-message", "-p", "#{cursor_y} #{cursor_x}").Split(' ');
            var line = Run("capture-pane", "-p").Split('\n')[int.Parse(position[0], CultureInfo.InvariantCulture)];
            return line.PadRight(200)[..int.Parse(position[1], CultureInfo.InvariantCulture)];
        }
    }

    /// <summary>Types text.</summary>
    public void Type(string text) => Run("send-keys", "-l", text);

    /// <summary>Presses keys, by their names in tmux.</summary>
    public void Press(params string[] keys) => Run(["send-keys", .. keys]);

    public void Resize(int width, int height) => Run("resize-window", "-x", Format(width), "-y", Format(height));

    /// <summary>Waits until the window shows a text.</summary>
    public string WaitFor(string text) => WaitFor(screen => screen.Contains(text, StringComparison.Ordinal), text);

    public string WaitFor(Func<string, bool> condition, string description)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var screen = Screen;
            if (condition(screen))
                return screen;
            Assert.True(watch.Elapsed < Timeout, $"Timed out waiting for '{description}':\n{screen}");
            Thread.Sleep(50);
        }
    }

    public void Dispose() => Run("kill-server");

    private static string Format(int number) => number.ToString(CultureInfo.InvariantCulture);

    private string Run(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("tmux") { RedirectStandardOutput = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment.Remove("TMUX");
        start.Environment.Remove("NO_COLOR");
        foreach (var argument in (IEnumerable<string>)["-L", _socket, .. arguments])
            start.ArgumentList.Add(argument);
        using var tmux = Process.Start(start)!;
        var output = tmux.StandardOutput.ReadToEnd();
        tmux.WaitForExit();
        return output;
    }
}
