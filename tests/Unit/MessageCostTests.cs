using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>What a message and its reply cost, in counts that do not depend on the machine.</summary>
public sealed class MessageCostTests
{
    private const int Size = 32;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_round_trip_allocates_280_bytes()
    {
        const int WarmUp = 11_000, Count = 5_000;      // the transcript keeps 10,000 messages
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" });
        using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris" });
        var text = new string('x', Size);
        var echo = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < WarmUp + Count; i++)
                    server.Send(server.Receive(Timeout)!.Text);
            }, TaskCreationOptions.LongRunning);
        var allocated = 0L;
        for (var i = 0; i < WarmUp + Count; i++)
        {
            if (i == WarmUp)
                allocated = GC.GetAllocatedBytesForCurrentThread();
            client.Send(text);
            client.Receive(Timeout);
        }
        // The runtime allocates a little now and then.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - allocated) / Count, 280, 284);
        await echo;
    }

    [Fact]
    public void A_message_is_the_handle_the_text_and_a_line_feed_on_the_wire()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA", TurnOrder = TurnOrder.Free });
        using var peer = new TcpClient("127.0.0.1", server.Port);
        peer.GetStream().Write("Chris> hello\n"u8);
        Assert.Equal("hello", server.Receive(Timeout)!.Text);
        for (var i = 0; i < 100; i++)
            server.Send("hello");
        server.Dispose();
        using var reader = new StreamReader(peer.GetStream(), Encoding.UTF8);
        Assert.Equal(string.Concat(Enumerable.Repeat("HostA> hello\n", 100)) + "\\quit\n", reader.ReadToEnd());
    }

    [NeedsToolFact("strace")]
    public void A_round_trip_takes_one_poll_one_send_and_one_receive_at_each_end()
    {
        const int Count = 1000;
        // What the start and the end of the process cost cancels out.
        Dictionary<string, int> few = CountCalls(100), many = CountCalls(100 + Count);
        Assert.Equal(Count, many["sendto"] - few["sendto"]);
        // Signals of the runtime can interrupt a call that waits, in both runs.
        Assert.InRange(many["recvmsg"] - few["recvmsg"], Count - Count / 100, Count + Count / 100);
        Assert.InRange(many["poll"] - few["poll"], Count - Count / 100, Count + Count / 100);
    }

    // The system calls of the client that succeeded: a receive that times out does not count.
    private static Dictionary<string, int> CountCalls(int count)
    {
        var program = Path.Combine(Repository.Root, "bench", "bin", BuildConfiguration, "net10.0", "PSPairChat.Bench");
        var summary = Path.GetTempFileName();
        try
        {
            using var server = Process.Start(new ProcessStartInfo(program, "engine-echo") { RedirectStandardOutput = true })!;
            var port = server.StandardOutput.ReadLine();
            using var client = Process.Start(new ProcessStartInfo("strace", $"-f -c -o {summary} {program} engine-ping {port} 0 {count} {Size}") { RedirectStandardOutput = true })!;
            client.StandardOutput.ReadToEnd();
            client.WaitForExit();
            Assert.Equal(0, client.ExitCode);
            server.WaitForExit();
            // The columns: % time, seconds, usecs/call, calls, errors if there are any, and the name.
            return File.ReadLines(summary).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words.Length is 5 or 6 && int.TryParse(words[3], out _))
                .ToDictionary(words => words[^1], words => Parse(words[3]) - (words.Length == 6 ? Parse(words[4]) : 0));
        }
        finally
        {
            File.Delete(summary);
        }
    }

    private static string BuildConfiguration => AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    private static int Parse(string number) => int.Parse(number, CultureInfo.InvariantCulture);
}
