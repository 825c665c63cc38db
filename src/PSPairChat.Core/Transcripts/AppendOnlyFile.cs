using System;
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PSPairChat.Transcripts;

/// <summary>
/// A file to whose end several processes can write at the same time. The operating system finds the end for each write: on Unix because of O_APPEND, on Windows
/// because the handle has only the right to append. A .NET file stream writes to the end as of its last write instead.
/// </summary>
internal sealed class AppendOnlyFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly FileStream? _stream;       // only on Windows

    /// <summary>Opens a file or creates it.</summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="IOException">The file cannot be opened. Other exceptions are those of <see cref="FileStream"/>.</exception>
    public AppendOnlyFile(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        using (var file = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1))
            EndsInPartialLine = IsPartialLineAtEnd(file);
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            _handle = NativeMethods.OpenOnWindows(Path);
            _stream = new FileStream(_handle, FileAccess.Write, bufferSize: 1);
        }
        else
        {
            _handle = NativeMethods.OpenOnUnix(Path);
        }
    }

    /// <summary>Gets the full path of the file.</summary>
    public string Path { get; }

    /// <summary>Gets whether the file did not end in a line feed when it was opened, as when a process was stopped while writing.</summary>
    public bool EndsInPartialLine { get; }

    /// <summary>Gets whether the file was deleted or moved.</summary>
    public bool IsMissing => !File.Exists(Path);

    /// <summary>Writes bytes to the end of the file in one system call.</summary>
    /// <exception cref="IOException">Not all of the bytes were written.</exception>
    public void Append(byte[] bytes)
    {
        if (_stream is not null)
            _stream.Write(bytes, 0, bytes.Length);
        else
            NativeMethods.WriteOnUnix(_handle, bytes);
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _handle.Dispose();
    }

    private static bool IsPartialLineAtEnd(FileStream file)
    {
        if (!file.CanSeek || file.Length == 0)
            return false;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }

    private static class NativeMethods
    {
        private const int ReadWrite = 2;
        private const int InterruptedSystemCall = 4;
        private const int AppendDataAndReadAttributes = 0x4 | 0x80 | 0x100000;      // with SYNCHRONIZE
        private const int ShareAll = 7;
        private const int OpenAlways = 4;

        // The values of O_APPEND and O_CLOEXEC.
        private static int AppendFlags => RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? 0x400 | 0x80000 : 0x8 | 0x1000000;

        public static SafeFileHandle OpenOnUnix(string path)
        {
            // With the right to read, opening a pipe does not wait for a reader.
            var handle = Open(Encoding.UTF8.GetBytes(path + "\0"), ReadWrite | AppendFlags);
            return ThrowIfInvalid(new SafeFileHandle((IntPtr)handle, ownsHandle: true));
        }

        public static SafeFileHandle OpenOnWindows(string path) =>
            ThrowIfInvalid(CreateFile(path, AppendDataAndReadAttributes, ShareAll, IntPtr.Zero, OpenAlways, 0, IntPtr.Zero));

        public static void WriteOnUnix(SafeFileHandle handle, byte[] bytes)
        {
            // One call writes everything to a file. Only a pipe, or a disk that is full, takes less.
            for (var offset = 0; offset < bytes.Length;)
            {
                var count = (int)Write(handle, ref bytes[offset], (IntPtr)(bytes.Length - offset));
                if (count >= 0)
                    offset += count;
                else if (Marshal.GetLastWin32Error() is var error && error != InterruptedSystemCall)
                    throw new IOException(new Win32Exception(error).Message);
            }
        }

        private static SafeFileHandle ThrowIfInvalid(SafeFileHandle handle) =>
            handle.IsInvalid ? throw new IOException(new Win32Exception(Marshal.GetLastWin32Error()).Message) : handle;

        [DllImport("libc", EntryPoint = "open", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Open(byte[] path, int flags);

        [DllImport("libc", EntryPoint = "write", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern IntPtr Write(SafeFileHandle handle, ref byte bytes, IntPtr count);

        [DllImport("kernel32.dll", EntryPoint = "CreateFileW", CharSet = CharSet.Unicode, SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        private static extern SafeFileHandle CreateFile(
            string path, int access, int share, IntPtr security, int creation, int attributes, IntPtr template);
    }
}
