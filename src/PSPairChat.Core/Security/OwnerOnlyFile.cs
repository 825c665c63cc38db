using System;
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;

namespace PSPairChat.Security;

/// <summary>Files that only their owner can read. On Windows the user's profile folder has these permissions already.</summary>
internal static class OwnerOnlyFile
{
    private const uint OwnerReadWrite = 0x180;          // 0600
    private const uint OwnerReadWriteExecute = 0x1C0;   // 0700
    private const int GroupAndOthers = 0x3F;            // 0077
    private static readonly bool HasUnixModes = Path.DirectorySeparatorChar == '/';

    /// <summary>Creates a directory that only the owner can enter, unless it exists.</summary>
    public static void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
            return;
        Directory.CreateDirectory(path);
        SetMode(path, OwnerReadWriteExecute);
    }

    /// <summary>Writes a file, unless it exists. Another process never sees a part of it.</summary>
    /// <returns>true if the file was written; false if it exists.</returns>
    public static bool TryCreate(string path, byte[] bytes)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}";
        using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            SetMode(temporary, OwnerReadWrite);
            file.Write(bytes, 0, bytes.Length);
            file.Flush(flushToDisk: true);
        }
        // On Unix, File.Move replaces a file that is created while it runs.
        if (HasUnixModes && link(temporary, path) == 0)
        {
            File.Delete(temporary);
            return true;
        }
        try
        {
            File.Move(temporary, path);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
            return false;
        }
    }

    /// <summary>Gets whether users other than the owner have access to a file. Runtimes before .NET 7 cannot tell.</summary>
    public static bool IsAccessibleByOthers(string path)
    {
        if (!HasUnixModes || typeof(File).GetMethod("GetUnixFileMode", [typeof(string)]) is not { } getMode)
            return false;
        return (Convert.ToInt32(getMode.Invoke(null, [path]), System.Globalization.CultureInfo.InvariantCulture) & GroupAndOthers) != 0;
    }

    private static void SetMode(string path, uint mode)
    {
        if (HasUnixModes && chmod(path, mode) != 0)
            throw new Win32Exception(Marshal.GetLastWin32Error());
    }

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern int chmod(string path, uint mode);

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern int link(string existingPath, string newPath);
}
