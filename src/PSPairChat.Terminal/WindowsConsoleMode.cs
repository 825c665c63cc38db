using System;
using System.Runtime.InteropServices;
using System.Text;

namespace PSPairChat.Terminal;

/// <summary>
/// Enables control sequences and UTF-8 output in a Windows console until it is disposed of.
/// See https://learn.microsoft.com/windows/console/setconsolemode.
/// </summary>
internal sealed class WindowsConsoleMode : IDisposable
{
    private const int StandardOutputHandle = -11;
    private const uint ProcessedOutput = 1;
    private const uint VirtualTerminalProcessing = 4;

    private readonly IntPtr _output = GetStdHandle(StandardOutputHandle);
    private readonly Encoding _originalEncoding = Console.OutputEncoding;
    private readonly uint _originalMode;
    private readonly bool _isModeChanged;

    public WindowsConsoleMode()
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        _isModeChanged = GetConsoleMode(_output, out _originalMode) && SetConsoleMode(_output, _originalMode | ProcessedOutput | VirtualTerminalProcessing);
    }

    public void Dispose()
    {
        if (_isModeChanged)
            SetConsoleMode(_output, _originalMode);
        Console.OutputEncoding = _originalEncoding;
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
