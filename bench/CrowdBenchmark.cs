using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Bench;

/// <summary>A thousand members, each hearing a hundred messages of others while more come and go: counts, order and loss.</summary>
internal static class CrowdBenchmark
{
    private const int Speakers = 10;
    private const int Each = 10;

    public static void Run(string[] arguments)
    {
        var size = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1000;
        using var server = RoomServer.Start("room")!;
        var joining = Stopwatch.StartNew();
        var listeners = Enumerable.Range(0, size).Select(i => new Member("room", server.Port, i)).ToArray();
        var speakers = Enumerable.Range(0, Speakers).Select(i => new Member("room", server.Port, 5000 + i)).ToArray();
        Console.WriteLine($"{size + Speakers} members have joined in {joining.Elapsed.TotalSeconds:0.0} s");
        using var over = new CancellationTokenSource();
        long guests = 0;
        var restless = Task.Run(() =>
        {
            var random = new Random(1);
            for (; !over.IsCancellationRequested; guests++)
            {
                using var guest = new Member("room", server.Port, 10_000 + random.Next(5000));
                if (random.Next(2) == 0)
                    guest.Send("BYE\n");
                else if (random.Next(2) == 0)
                    guest.Socket.LingerState = new LingerOption(true, 0);
            }
        });
        Thread.Sleep(200);
        var clock = Stopwatch.StartNew();
        var speaking = speakers.Select(speaker => Task.Run(() =>
        {
            for (var n = 0; n < Each; n++)
            {
                speaker.Send($"{Member.Mark}{n}\n");
                Thread.Sleep(1);
            }
        })).ToArray();
        var wrong = 0;
        foreach (var listener in listeners)
        {
            var text = ReadAll(listener, Speakers * Each);
            foreach (var speaker in speakers)
            {
                var said = text.Split('\n').Where(l => l.StartsWith(speaker.Handle + "> ", StringComparison.Ordinal)).ToArray();
                if (!said.SequenceEqual(Enumerable.Range(0, Each).Select(n => $"{speaker.Handle}> {Member.Mark}{n}")))
                    wrong++;
            }
        }
        var seconds = clock.Elapsed.TotalSeconds;
        Task.WaitAll(speaking);
        over.Cancel();
        restless.Wait();
        Console.WriteLine($"{size} listeners heard {Speakers * Each} messages each in {seconds:0.00} s; {wrong} wrong; {guests} others came and went meanwhile");
        foreach (var member in listeners.Concat(speakers))
            member.Dispose();
    }

    private static string ReadAll(Member member, int messages)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        member.Socket.ReceiveTimeout = 20_000;
        while (messages > 0)
        {
            var count = member.Socket.Receive(buffer);
            if (count == 0)
                return "hung up";
            messages -= buffer.AsSpan(0, count).Count((byte)Member.Mark);
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        // The last line may still be on its way.
        while (text[^1] != '\n')
            text.Append(Encoding.UTF8.GetString(buffer, 0, member.Socket.Receive(buffer)));
        return text.ToString();
    }
}
