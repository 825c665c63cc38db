using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Bench;

/// <summary>Checks count and order of the messages that a thousand members receive while other members join and leave.</summary>
internal static class ChurnBenchmark
{
    private const int Senders = 10;
    private const int MessagesPerSender = 10;

    public static void Run(string[] arguments)
    {
        var size = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1000;
        using var server = RoomServer.Start();
        var joinClock = Stopwatch.StartNew();
        var receivers = Enumerable.Range(0, size).Select(i => new RoomClient(RoomServerKind.Room, server.Port, i)).ToArray();
        var senders = Enumerable.Range(0, Senders).Select(i => new RoomClient(RoomServerKind.Room, server.Port, 5000 + i)).ToArray();
        Console.WriteLine($"{size + Senders} members joined in {joinClock.Elapsed.TotalSeconds:0.0} s");
        using var completed = new CancellationTokenSource();
        var churn = Task.Run(() => JoinAndLeave(server.Port, completed.Token));
        Thread.Sleep(200);
        var clock = Stopwatch.StartNew();
        var sending = senders.Select(sender => Task.Run(() =>
        {
            for (var n = 0; n < MessagesPerSender; n++)
            {
                sender.Send($"{RoomClient.MessageMarker}{n}\n");
                Thread.Sleep(1);
            }
        })).ToArray();
        var errors = 0;
        foreach (var receiver in receivers)
        {
            var lines = ReadMessages(receiver, Senders * MessagesPerSender).Split('\n');
            errors += senders.Count(sender => !lines.Where(l => l.StartsWith(sender.Handle + "> ", StringComparison.Ordinal))
                .SequenceEqual(Enumerable.Range(0, MessagesPerSender).Select(n => $"{sender.Handle}> {RoomClient.MessageMarker}{n}")));
        }
        var seconds = clock.Elapsed.TotalSeconds;
        Task.WaitAll(sending);
        completed.Cancel();
        Console.WriteLine($"{size} members received {Senders * MessagesPerSender} messages each in {seconds:0.00} s; {errors} errors; "
            + $"{churn.Result} members joined and left meanwhile");
        foreach (var member in receivers.Concat(senders))
            member.Dispose();
    }

    // Some members leave in order, some close the connection, and some reset it. Returns their number.
    private static long JoinAndLeave(int port, CancellationToken cancellationToken)
    {
        var random = new Random(1);
        long count = 0;
        for (; !cancellationToken.IsCancellationRequested; count++)
        {
            using var member = new RoomClient(RoomServerKind.Room, port, 10_000 + random.Next(5000));
            if (random.Next(2) == 0)
                member.Send("BYE\n");
            else if (random.Next(2) == 0)
                member.Socket.LingerState = new LingerOption(true, 0);
        }
        return count;
    }

    private static string ReadMessages(RoomClient member, int count)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        member.Socket.ReceiveTimeout = 20_000;
        while (count > 0)
        {
            var received = member.Socket.Receive(buffer);
            if (received == 0)
                return "";
            count -= buffer.AsSpan(0, received).Count((byte)RoomClient.MessageMarker);
            text.Append(Encoding.UTF8.GetString(buffer, 0, received));
        }
        // The rest of the last line.
        while (text[^1] != '\n')
            text.Append(Encoding.UTF8.GetString(buffer, 0, member.Socket.Receive(buffer)));
        return text.ToString();
    }
}
