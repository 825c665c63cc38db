using System;
using System.Runtime.InteropServices;

namespace PSPairChat.Terminal;

/// <summary>Queries the standard streams of a process on Unix, by their file descriptors. On Windows, each query returns false.</summary>
internal static class UnixDescriptor
{
    public const int Input = 0;
    public const int Output = 1;
    public const int Error = 2;

    private const short PollError = 8;
    private const short PollHangup = 16;
    private const int GetDescriptorFlags = 1;
    private const int CloseOnExec = 1;

    private static readonly bool IsWindows = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    /// <summary>Determines whether a descriptor is a terminal. A terminal that has been disconnected is not.</summary>
    public static bool IsTerminal(int descriptor) => !IsWindows && IsATerminal(descriptor) == 1;

    /// <summary>Determines whether the other end is gone: a terminal was disconnected, or the reader of a pipe has closed it.</summary>
    public static bool IsHungUp(int descriptor)
    {
        if (IsWindows)
            return false;
        var entry = new PollEntry { Descriptor = descriptor };
        return Poll(ref entry, (UIntPtr)1, 0) > 0 && (entry.ReturnedEvents & (PollError | PollHangup)) != 0;
    }

    /// <summary>
    /// Determines whether the process was started without a standard stream. The runtime may use the number of that stream for another file, which, unlike an
    /// inherited one, is closed on exec.
    /// </summary>
    public static bool IsClosed(int descriptor) => !IsWindows && GetFlags(descriptor, GetDescriptorFlags) is var flags && (flags < 0 || (flags & CloseOnExec) != 0);

    [DllImport("libc", EntryPoint = "isatty"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int IsATerminal(int descriptor);

    [DllImport("libc", EntryPoint = "poll"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref PollEntry entry, UIntPtr count, int timeout);

    [DllImport("libc", EntryPoint = "fcntl"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetFlags(int descriptor, int command);

    // struct pollfd
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short RequestedEvents;
        public short ReturnedEvents;
    }
}
