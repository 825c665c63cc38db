using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;

namespace PSPairChat.Terminal;

/// <summary>
/// The terminal of this process. Ctrl+C is a key while it is open, keys are polled and no thread is ever left in a read; everything is as it was before
/// when it is disposed of.
/// </summary>
internal sealed class SystemTerminal : IChatTerminal, IDisposable
{
    private const int DefaultWidth = 80;
    private const int DefaultHeight = 24;
    private const int PollMilliseconds = 10;

    private readonly bool _treatControlCAsInput;
    private readonly WindowsConsoleMode? _windows;
    private ConsoleKeyInfo? _next;      // read already, and not part of the text before it
    private bool _disposed;

    /// <summary>Opens the terminal.</summary>
    public SystemTerminal()
    {
        _treatControlCAsInput = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            _windows = new WindowsConsoleMode();
    }

    /// <summary>Whether this process has a terminal that can be typed at and drawn on.</summary>
    public static bool IsAvailable => !Console.IsInputRedirected && !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public int Width => Size(() => Console.WindowWidth, DefaultWidth);

    public int Height => Size(() => Console.WindowHeight, DefaultHeight);

    // https://no-color.org: any value that is not empty.
    public bool HasColor { get; } = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public void Write(string text) => Console.Out.Write(text);

    public bool TryReadKey(TimeSpan wait, out TerminalKey key)
    {
        key = default;
        try
        {
            for (var left = wait.TotalMilliseconds; !IsKeyThere; left -= PollMilliseconds)
            {
                if (left <= 0)
                    return false;
                Thread.Sleep(PollMilliseconds);
            }
            key = Read();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // The terminal has gone, and nobody can type any more.
            key = new TerminalKey(TerminalKeyKind.Interrupt);
        }
        return true;
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Console.TreatControlCAsInput = _treatControlCAsInput;
        _windows?.Dispose();
    }

    private bool IsKeyThere => _next is not null || Console.KeyAvailable;

    private ConsoleKeyInfo Next()
    {
        var next = _next ?? Console.ReadKey(intercept: true);
        _next = null;
        return next;
    }

    // Text that is there already, as after a paste, comes as one piece.
    private TerminalKey Read()
    {
        var next = Next();
        var key = ConsoleKeys.Read(next);
        if (key.Kind != TerminalKeyKind.Text)
            return key;
        var text = new StringBuilder(key.Text);
        // The other half of a surrogate pair is on its way.
        while (IsKeyThere || char.IsHighSurrogate(text[text.Length - 1]))
        {
            next = Next();
            key = ConsoleKeys.Read(next);
            if (key.Kind != TerminalKeyKind.Text)
            {
                _next = next;
                break;
            }
            text.Append(key.Text);
        }
        return new TerminalKey(TerminalKeyKind.Text, text.ToString());
    }

    // Some terminals do not tell their size.
    private static int Size(Func<int> measure, int otherwise)
    {
        try
        {
            return measure() is > 0 and var size ? size : otherwise;
        }
        catch (IOException)
        {
            return otherwise;
        }
    }
}
