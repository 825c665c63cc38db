using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace PSPairChat.Unit;

/// <summary>A server in a process of its own that carries the room <c>lobby</c> with others over Redis.</summary>
internal sealed class BackplaneServer : IDisposable
{
    private BackplaneServer(Process process, int port)
    {
        Process = process;
        Port = port;
    }

    public Process Process { get; }

    public int Port { get; }

    /// <summary>Gets the resident memory of the process in KiB.</summary>
    public long ResidentKiB
    {
        get
        {
            foreach (var line in File.ReadLines($"/proc/{Process.Id}/status"))
            {
                if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
                    return long.Parse(line[6..^2].Trim(), CultureInfo.InvariantCulture);
            }
            return 0;
        }
    }

    /// <summary>Starts a server.</summary>
    /// <param name="redis">The Redis server.</param>
    /// <param name="number">The number of the server, which is part of the nickname of its host.</param>
    /// <param name="options">Further options of <c>pairchat serve</c>.</param>
    /// <param name="clock">The clock of the process; null for the one of the system.</param>
    /// <param name="userFolder">The folder of its user, with the key of the server; null for that of this process.</param>
    public static BackplaneServer Start(RedisServer redis, int number, string options = "", SettableClock? clock = null, string? userFolder = null)
    {
        var start = new ProcessStartInfo(ConsoleProgram.Path,
            $"serve 0 --bind 127.0.0.1 --room lobby --handle host{(char)('A' + number)} --max-messages-per-second 0 --backplane {redis.Url} {options}");
        clock?.ApplyTo(start);
        if (userFolder is not null)
            start.Environment["XDG_CONFIG_HOME"] = userFolder;
        var process = ConsoleProgram.Start(start, input: null);
        var text = process.StandardError.ReadLine() ?? "";
        if (!int.TryParse(ConsoleProgram.ParsePort(text), out var port))
        {
            process.Kill();
            process.Dispose();
            throw new InvalidOperationException($"The server did not start: {text}");
        }
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        return new BackplaneServer(process, port);
    }

    public void Dispose()
    {
        Process.Kill();
        Process.Dispose();
    }
}
