using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;

namespace PSPairChat.Security;

/// <summary>A text file that several processes change: each change reads and writes the whole file under an exclusive lock.</summary>
/// <param name="path">The path of the file.</param>
internal sealed class LockedLineFile(string path)
{
    private const int RetryMilliseconds = 20;
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(5);
    private static readonly Encoding Utf8 = new UTF8Encoding(false);

    public string Path { get; } = path;

    /// <summary>Reads all lines; none if the file does not exist.</summary>
    /// <exception cref="ChatException">KeyInvalid.</exception>
    public string[] ReadLines()
    {
        try
        {
            if (!File.Exists(Path))
                return [];
            using var file = Open(FileMode.Open, FileAccess.Read, FileShare.Read);
            return Read(file).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ChatException(ChatErrorReason.KeyInvalid, $"Failed to read the file '{Path}': {e.Message}", e);
        }
    }

    /// <summary>Changes the lines.</summary>
    /// <param name="change">Receives the lines and changes them.</param>
    /// <exception cref="ChatException">KeyInvalid.</exception>
    public void Update(Action<List<string>> change)
    {
        try
        {
            UpdateCore(change);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ChatException(ChatErrorReason.KeyInvalid, $"Failed to write the file '{Path}': {e.Message}", e);
        }
    }

    private void UpdateCore(Action<List<string>> change)
    {
        OwnerOnlyFile.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        if (!File.Exists(Path))
            OwnerOnlyFile.TryCreate(Path, []);
        using var file = Open(FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var lines = Read(file);
        change(lines);
        var bytes = Utf8.GetBytes(string.Concat(lines.ConvertAll(line => line + "\n")));
        file.Position = 0;
        file.Write(bytes, 0, bytes.Length);
        file.SetLength(bytes.Length);
        file.Flush(flushToDisk: true);
    }

    private FileStream Open(FileMode mode, FileAccess access, FileShare share)
    {
        var end = DateTime.UtcNow + LockTimeout;
        while (true)
        {
            try
            {
                return new FileStream(Path, mode, access, share);
            }
            catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException) && DateTime.UtcNow < end)
            {
                Thread.Sleep(RetryMilliseconds);
            }
        }
    }

    private static List<string> Read(FileStream file)
    {
        var lines = new List<string>();
        using var reader = new StreamReader(file, Utf8, detectEncodingFromByteOrderMarks: true, bufferSize: 4096, leaveOpen: true);
        while (reader.ReadLine() is { } line)
            lines.Add(line);
        return lines;
    }
}
