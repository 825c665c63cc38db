using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>A room in a process of its own, whose resources a test can limit.</summary>
public sealed partial class RoomProcessTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [NeedsToolFact("sh")]
    public void A_room_without_free_descriptors_warns_once_and_accepts_when_it_can()
    {
        const int MaxOpenFiles = 128;
        using var server = Process.Start(new ProcessStartInfo("sh",
            ["-c", $"ulimit -n {MaxOpenFiles}; exec \"$0\" serve 0 --room lobby --handle host --bind 127.0.0.1", Path.Combine(AppContext.BaseDirectory, "pairchat")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var clients = new List<RoomTestClient>();
        try
        {
            var port = int.Parse(ListeningPort().Match(server.StandardError.ReadLine()!).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            var output = server.StandardOutput.ReadToEndAsync();
            var warned = new ManualResetEventSlim();
            var warnings = 0;
            var reading = Task.Run(() =>
            {
                while (server.StandardError.ReadLine() is { } line)
                {
                    if (!line.Contains("Failed to accept a connection: Too many open files", StringComparison.Ordinal))
                        continue;
                    warnings++;
                    warned.Set();
                }
            });
            for (var i = 0; i < MaxOpenFiles; i++)
            {
                clients.Add(new RoomTestClient(port));
                clients[i].Send($"M{(char)('a' + i / 26)}{(char)('a' + i % 26)}");
            }
            Assert.True(warned.Wait(Timeout));
            // Those that were not accepted wait in the backlog, and are accepted as soon as others leave.
            foreach (var client in clients.SkipLast(1))
                client.Dispose();
            Assert.StartsWith("HELLO ", clients[^1].Read(), StringComparison.Ordinal);
            Assert.StartsWith("READY ", clients[^1].Read(), StringComparison.Ordinal);
            server.StandardInput.Write("\\quit\n");
            server.StandardInput.Close();
            Assert.True(server.WaitForExit(Timeout));
            Assert.True(reading.Wait(Timeout) && output.Wait(Timeout));
            Assert.Equal(1, warnings);
        }
        finally
        {
            server.Kill();
            clients.ForEach(client => client.Dispose());
        }
    }

    [GeneratedRegex(@":(\d+)")]
    private static partial Regex ListeningPort();
}
