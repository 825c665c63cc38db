using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>A process with a room and a pair server that are attacked, and a room and a pair server beside them. The host talks in both rooms.</summary>
internal static class AttackServer
{
    public const string Role = "attack-server";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(8);

    /// <summary>
    /// Prints the ports of the attacked room and pair server, and of those beside them; then, for each line of input, the state of the attacked room and the
    /// memory of the process.
    /// </summary>
    public static void Run()
    {
        using var attacked = StartRoom();
        using var beside = StartRoom();
        Console.WriteLine(string.Join(' ', attacked.Port, StartEcho(), beside.Port, StartEcho()));
        StartTalking(attacked);
        StartTalking(beside);
        while (Console.ReadLine() is not null)
        {
            var members = attacked.Members;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"members={members.Count} queued={members.Max(m => m.QueuedBytes)} memory={Environment.WorkingSet / 1024.0 / 1024.0:0}"));
        }
    }

    private static RoomSession StartRoom() => RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host" }, null, IPAddress.Loopback);

    // The host sends the time, and does not receive the messages of the members.
    private static void StartTalking(RoomSession room) => new Thread(() =>
    {
        for (; ; Thread.Sleep(Interval))
            room.Send(string.Create(CultureInfo.InvariantCulture, $"{RoomClient.MessageMarker}{Stopwatch.GetTimestamp()}"));
    }) { IsBackground = true }.Start();

    // Echoes the messages of one client after another.
    private static int StartEcho()
    {
        var server = ServerSession.Start(0, new ChatOptions { Handle = "chatserve", TurnOrder = TurnOrder.Free }, IPAddress.Loopback);
        new Thread(() => Echo(server)) { IsBackground = true }.Start();
        return server.Port;
    }

    private static void Echo(ServerSession server)
    {
        while (true)
        {
            try
            {
                if (server.Receive() is { } message)
                    server.Send(message.Text);
            }
            catch (ChatException)
            {
                // The conversation has ended; the next client is accepted.
            }
        }
    }
}
