using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Sends to a peer that accepts no data, over TCP connections with small buffers.</summary>
public sealed class BlockedSendTests
{
    private const int BufferSize = 4096;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    public enum Kind
    {
        InTurn,
        Free,
        InRoom,
    }

    [Theory]
    [InlineData(Kind.InTurn)]
    [InlineData(Kind.Free)]
    [InlineData(Kind.InRoom)]
    public async Task Send_to_a_peer_that_only_sends_times_out(Kind kind)
    {
        using var peer = new SilentPeer();
        using var session = peer.Open(kind, TimeSpan.FromMilliseconds(300));
        var sending = InBackground(() => SendUntilError(session, CancellationToken.None));
        var error = Assert.IsType<ChatException>(await sending.WaitAsync(Timeout));
        Assert.Equal(ChatErrorReason.SendTimedOut, error.Reason);
        Assert.EndsWith(" timed out. No data was accepted for 0.3 seconds.", error.Message);
        await InBackground(session.Dispose).WaitAsync(Timeout);
    }

    [Theory]
    [InlineData(Kind.InTurn)]
    [InlineData(Kind.Free)]
    [InlineData(Kind.InRoom)]
    public async Task Send_to_a_peer_that_only_sends_is_canceled_within_the_poll_interval(Kind kind)
    {
        using var peer = new SilentPeer();
        using var session = peer.Open(kind, TimeSpan.FromMinutes(5));
        using var stop = new CancellationTokenSource();
        var sending = InBackground(() => SendUntilError(session, stop.Token));
        WaitUntilBlocked(session);
        var watch = Stopwatch.StartNew();
        stop.Cancel();
        Assert.IsAssignableFrom<OperationCanceledException>(await sending.WaitAsync(Timeout));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 1000);
    }

    [Theory]
    [InlineData(Kind.InTurn)]
    [InlineData(Kind.Free)]
    [InlineData(Kind.InRoom)]
    public async Task Disconnect_ends_a_send_to_a_peer_that_only_sends(Kind kind)
    {
        using var peer = new SilentPeer();
        using var session = peer.Open(kind, TimeSpan.FromMinutes(5));
        var sending = InBackground(() => SendUntilError(session, CancellationToken.None));
        WaitUntilBlocked(session);
        session.Disconnect();
        Assert.Equal(ChatErrorReason.SessionClosed, Assert.IsType<ChatException>(await sending.WaitAsync(Timeout)).Reason);
    }

    [Theory]
    [InlineData(Kind.Free, false)]
    [InlineData(Kind.Free, true)]
    [InlineData(Kind.InRoom, false)]
    [InlineData(Kind.InRoom, true)]
    public void Part_of_a_message_is_followed_by_a_reset_and_not_by_the_end(Kind kind, bool isCanceled)
    {
        using var peer = new SilentPeer();
        using var session = peer.Open(kind, isCanceled ? TimeSpan.FromMinutes(5) : TimeSpan.FromMilliseconds(300));
        using var stop = new CancellationTokenSource();
        if (isCanceled)
            stop.CancelAfter(200);
        // Longer than all the buffers.
        var error = Assert.ThrowsAny<Exception>(() => session.Send(new string('x', SilentPeer.MaxMessageLength), stop.Token));
        if (isCanceled)
            Assert.IsAssignableFrom<OperationCanceledException>(error);
        else
            Assert.Equal(ChatErrorReason.SendTimedOut, Assert.IsType<ChatException>(error).Reason);
        Assert.Equal((ChatSessionState.Closed, isCanceled ? ChatCloseReason.LocalQuit : ChatCloseReason.TimedOut), (session.State, session.CloseReason));
        Assert.Equal(SocketError.ConnectionReset, peer.ReceiveToEnd());
        Assert.Equal(ChatErrorReason.SessionClosed, Assert.Throws<ChatException>(() => session.Send("x")).Reason);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(500)]
    [InlineData(5000)]
    public async Task Transport_sends_what_fits_and_never_blocks(int count)
    {
        using var peer = new SilentPeer();
        using var transport = peer.Connect();
        var filling = InBackground(() =>
        {
            var total = 0;
            while (transport.PollWrite(count, TransportConnection.PollInterval))
                total += transport.Send(new byte[count], 0, count);
            return (total, transport.Send(new byte[count], 0, count));
        });
        var (total, rest) = await filling.WaitAsync(Timeout);
        Assert.InRange(total, 1, 10_000_000);
        Assert.Equal(0, rest);
    }

    private static Exception SendUntilError(ChatSession session, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (session.Turn == ChatTurn.Theirs)
                    session.Receive(Timeout, cancellationToken);
                session.Send(new string('x', 100), cancellationToken);
            }
        }
        catch (Exception e) when (e is ChatException or OperationCanceledException)
        {
            return e;
        }
    }

    // A send that has not returned after this time is blocked.
    private static void WaitUntilBlocked(ChatSession session)
    {
        var (sent, watch) = (-1L, Stopwatch.StartNew());
        Assert.True(SpinWait.SpinUntil(() =>
        {
            if (session.MessagesSent == sent)
                return watch.ElapsedMilliseconds > 500;
            (sent, watch) = (session.MessagesSent, Stopwatch.StartNew());
            return false;
        }, Timeout));
    }

    private static Task InBackground(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Task<T> InBackground<T>(Func<T> function) =>
        Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>A peer that sends lines and receives nothing.</summary>
    private sealed class SilentPeer : IDisposable
    {
        public const int MaxMessageLength = ChatOptions.MessageLengthLimit;

        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = BufferSize };
        private Socket? _socket;

        public SilentPeer()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(1);
        }

        public TcpConnection Connect()
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = BufferSize };
            client.Connect(_listener.LocalEndPoint!);
            _socket = _listener.Accept();
            return new TcpConnection(client);
        }

        public ChatSession Open(Kind kind, TimeSpan sendTimeout)
        {
            var options = new ChatOptions
            {
                Handle = "Ann",
                TurnOrder = kind == Kind.Free ? TurnOrder.Free : TurnOrder.Alternate,
                MaxMessageLength = MaxMessageLength,
                SendTimeout = sendTimeout,
            };
            var transport = Connect();
            if (kind == Kind.InRoom)
            {
                _socket!.Send("HELLO lobby: Enter a nickname.\nREADY Ann: Welcome.\n* Members: host\n"u8);
                return RoomMemberSession.FromConnection(
                    transport, "127.0.0.1", 0, "lobby", options, RoomDialect.Text, Deadline.After(Timeout), CancellationToken.None);
            }
            if (kind == Kind.InTurn)
                _ = InBackground(SendLines);
            return ClientSession.FromConnection(transport, options);
        }

        public SocketError ReceiveToEnd()
        {
            _socket!.ReceiveTimeout = (int)Timeout.TotalMilliseconds;
            var buffer = new byte[BufferSize];
            SocketError error;
            while (_socket.Receive(buffer, 0, buffer.Length, SocketFlags.None, out error) > 0)
            {
                // Until the end or an error.
            }
            return error;
        }

        public void Dispose()
        {
            _socket?.Dispose();
            _listener.Dispose();
        }

        private void SendLines()
        {
            try
            {
                var line = Encoding.ASCII.GetBytes("Bob> x\n");
                while (true)
                    _socket!.Send(line);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The session or the test has closed the connection.
            }
        }
    }
}
