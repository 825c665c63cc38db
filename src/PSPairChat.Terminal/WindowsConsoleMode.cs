using System;
using System.Runtime.InteropServices;
using System.Text;

namespace PSPairChat.Terminal;

/// <summary>
/// Makes a Windows console understand control sequences and UTF-8 until it is disposed of; the consoles of other systems do so by themselves.
/// https://learn.microsoft.com/windows/console/setconsolemode
/// </summary>
internal sealed class WindowsConsoleMode : IDisposable
{
    private const int StandardOutput = -11;
    private const uint ProcessedOutput = 1;
    private const uint VirtualTerminalProcessing = 4;

    private readonly IntPtr _output = GetStdHandle(StandardOutput);
    private readonly Encoding _encoding = Console.OutputEncoding;
    private readonly uint _mode;
    private readonly bool _changed;

    public WindowsConsoleMode()
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        _changed = GetConsoleMode(_output, out _mode) && SetConsoleMode(_output, _mode | ProcessedOutput | VirtualTerminalProcessing);
    }

    public void Dispose()
    {
        if (_changed)
            SetConsoleMode(_output, _mode);
        Console.OutputEncoding = _encoding;
    }

    [DllImport("kernel32.dll"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern IntPtr GetStdHandle(int handle);

    [DllImport("kernel32.dll"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetConsoleMode(IntPtr console, out uint mode);

    [DllImport("kernel32.dll"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool SetConsoleMode(IntPtr console, uint mode);
}
