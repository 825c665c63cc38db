using System;
using System.Diagnostics;
using System.IO;

namespace PSPairChat.Unit;

/// <summary>The time of day in single processes, which a test changes while they run. Requires <c>faketime</c>. The monotonic clock is that of the system.</summary>
internal sealed class SettableClock : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly string _library = FindLibrary();

    public SettableClock() => SetOffset(TimeSpan.Zero);

    /// <summary>Makes a process that is about to be started use this clock.</summary>
    public void ApplyTo(ProcessStartInfo start)
    {
        start.Environment["LD_PRELOAD"] = _library;
        start.Environment["FAKETIME_TIMESTAMP_FILE"] = _path;
        start.Environment["FAKETIME_NO_CACHE"] = "1";
        start.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        start.Environment["DONT_FAKE_MONOTONIC"] = "1";
    }

    /// <summary>Sets the difference from the time of day of the system.</summary>
    public void SetOffset(TimeSpan offset)
    {
        File.WriteAllText(_path + ".new", $"{offset.TotalSeconds:+0;-0;+0}\n");
        File.Move(_path + ".new", _path, overwrite: true);
    }

    public void Dispose() => File.Delete(_path);

    private static string FindLibrary()
    {
        using var program = Process.Start(new ProcessStartInfo("faketime", ["-m", "-f", "+0", "printenv", "LD_PRELOAD"]) { RedirectStandardOutput = true })!;
        return program.StandardOutput.ReadToEnd().Trim();
    }
}
