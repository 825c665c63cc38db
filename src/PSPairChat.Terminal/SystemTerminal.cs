using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;

namespace PSPairChat.Terminal;

/// <summary>
/// The terminal of this process. While it is open, Ctrl+C is a key. Keys are polled, so no thread blocks in a read; disposing restores the console's modes.
/// When the terminal is disconnected, output is discarded, and every read returns <see cref="EditCommand.Interrupt"/>.
/// </summary>
internal sealed class SystemTerminal : IChatTerminal, IDisposable
{
    private const int DefaultWidth = 80;
    private const int DefaultHeight = 24;
    private const int PollMilliseconds = 10;

    private readonly bool _treatControlCAsInput;
    private readonly WindowsConsoleMode? _windowsMode;
    private ConsoleKeyInfo? _pendingKey;      // read after the end of a text
    private bool _isDisconnected;
    private volatile bool _isRedrawRequested;
    private bool _disposed;

    /// <summary>Opens the terminal.</summary>
    public SystemTerminal()
    {
        _treatControlCAsInput = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            _windowsMode = new WindowsConsoleMode();
    }

    /// <summary>Gets whether this process has a terminal with a keyboard and control sequences.</summary>
    public static bool IsAvailable => !Console.IsInputRedirected && !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public int Width => GetSize(() => Console.WindowWidth, DefaultWidth);

    public int Height => GetSize(() => Console.WindowHeight, DefaultHeight);

    // https://no-color.org: any value that is not empty disables color.
    public bool UseColor { get; } = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private bool IsDisconnected => _isDisconnected |= UnixDescriptor.IsHungUp(UnixDescriptor.Input) || UnixDescriptor.IsHungUp(UnixDescriptor.Output);

    private bool IsKeyAvailable => _pendingKey is not null || Console.KeyAvailable;

    public void Write(string text)
    {
        try
        {
            if (!IsDisconnected)
                Console.Out.Write(text);
        }
        catch (IOException)
        {
            _isDisconnected = true;
        }
    }

    /// <summary>Causes the next read to return <see cref="EditCommand.RedrawCurrentLine"/>.</summary>
    public void RequestRedraw() => _isRedrawRequested = true;

    public bool TryReadKey(TimeSpan timeout, out TerminalKey key)
    {
        if (_isRedrawRequested)
        {
            _isRedrawRequested = false;
            key = new TerminalKey(EditCommand.RedrawCurrentLine);
            return true;
        }
        key = default;
        try
        {
            for (var remaining = timeout.TotalMilliseconds; !IsDisconnected && !IsKeyAvailable; remaining -= PollMilliseconds)
            {
                if (remaining <= 0)
                    return false;
                Thread.Sleep(PollMilliseconds);
            }
            if (!IsDisconnected)
                key = ReadKey();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            _isDisconnected = true;
        }
        if (_isDisconnected)
            key = new TerminalKey(EditCommand.Interrupt);
        return true;
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        try
        {
            Console.TreatControlCAsInput = _treatControlCAsInput;
        }
        catch (IOException)
        {
            // A terminal that is disconnected has no modes.
        }
        _windowsMode?.Dispose();
    }

    private ConsoleKeyInfo ReadConsoleKey()
    {
        var key = _pendingKey ?? Console.ReadKey(intercept: true);
        _pendingKey = null;
        return key;
    }

    // Combines text that is already available, for example pasted text, into one key.
    private TerminalKey ReadKey()
    {
        var key = KeyBindings.Map(ReadConsoleKey());
        if (key.Command != EditCommand.SelfInsert)
            return key;
        var text = new StringBuilder(key.Text);
        // The low surrogate always follows a high surrogate.
        while (IsKeyAvailable || char.IsHighSurrogate(text[text.Length - 1]))
        {
            var next = ReadConsoleKey();
            key = KeyBindings.Map(next);
            if (key.Command != EditCommand.SelfInsert)
            {
                _pendingKey = next;
                break;
            }
            text.Append(key.Text);
        }
        return new TerminalKey(EditCommand.SelfInsert, text.ToString());
    }

    // Some terminals do not report their size.
    private static int GetSize(Func<int> read, int defaultSize)
    {
        try
        {
            return read() is > 0 and var size ? size : defaultSize;
        }
        catch (IOException)
        {
            return defaultSize;
        }
    }
}
