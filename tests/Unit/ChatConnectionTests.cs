using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The use of one transport by several threads, for a conversation of a pair and for a member of a room.</summary>
public sealed class ChatConnectionTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_while_another_thread_receives_leaves_the_transport_to_that_thread(bool inRoom)
    {
        var (session, transport, _) = Open(inRoom);
        transport.HoldReceives();
        var receiving = InBackground(() => session.TryReceive(null, waitOnOwnTurn: true));
        transport.WaitForReceive();
        session.Dispose();
        transport.ContinueReceives();
        Assert.Equal(ReceiveOutcome.Ended, (await receiving.WaitAsync(Timeout)).Outcome);
        Assert.Empty(transport.Violations);
        Assert.True(transport.IsDisposed);
    }

    private static (ChatSession Session, MonitoredConnection Transport, InMemoryConnection Peer) Open(bool inRoom)
    {
        var (own, peer) = InMemoryConnection.CreatePair();
        var transport = new MonitoredConnection(own);
        var options = new ChatOptions { Handle = "Ann", TurnOrder = TurnOrder.Free };
        if (!inRoom)
            return (ClientSession.FromConnection(transport, options), transport, peer);
        Send(peer, "HELLO lobby: Enter a nickname.\nREADY Ann: Welcome.\n* Here: host\n");
        return (RoomMemberSession.FromConnection(
            transport, "memory", 0, "lobby", options, RoomDialect.Text, Deadline.After(Timeout), CancellationToken.None), transport, peer);
    }

    private static void Send(TransportConnection connection, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        connection.Send(bytes, 0, bytes.Length);
    }

    private static Task<T> InBackground<T>(Func<T> function) =>
        Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
