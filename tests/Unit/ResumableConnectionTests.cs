using System;
using System.Diagnostics;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Resumable connections over transports inside the process that break after a number of bytes.</summary>
public sealed class ResumableConnectionTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Turns_survive_a_cut_after_every_number_of_bytes()
    {
        // Each transport carries one byte more than the one before it, in either direction.
        for (var first = 1; first <= 40; first += 3)
        {
            using var network = new Network(index => (first + index, 41 - first + index));
            await ExchangeTurns(network, turns: 20);
            Assert.True(network.Transports > 2);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Bytes_arrive_once_and_in_order_through_random_cuts(int seed)
    {
        var random = new Random(seed);
        using var network = new Network(_ => (random.Next(1, 30_000), random.Next(1, 30_000)));
        await Task.WhenAll(
            Transfer(network.Client, network.Server, 600_000, seed), Transfer(network.Server, network.Client, 600_000, seed + 1)).WaitAsync(Timeout);
        Assert.InRange(network.Transports, 20, int.MaxValue);
    }

    [Fact]
    public void Sending_waits_when_as_much_as_is_kept_is_not_acknowledged()
    {
        using var network = new Network();
        var bytes = new byte[64 * 1024];
        var sent = 0;
        while (network.Client.PollWrite(bytes.Length, 0))
            sent += network.Client.Send(bytes, 0, bytes.Length);
        Assert.Equal(ResumeProtocol.DefaultCapacity, sent);
        Assert.Equal(0, network.Client.Send(bytes, 0, 1));
        Receive(network.Server, 100_000);
        Assert.True(network.Client.PollWrite(bytes.Length, 50));
    }

    [Fact]
    public async Task Thread_that_only_sends_finds_acknowledgements_behind_unread_data()
    {
        using var network = new Network();
        await Transfer(network.Server, network.Client, 100_000, 5, receives: false);
        await Transfer(network.Client, network.Server, 3_000_000, 6).WaitAsync(Timeout);
        Assert.Equal(CreateBytes(100_000, 5), Receive(network.Client, 100_000));
    }

    [Fact]
    public void Connection_that_is_not_resumed_in_time_is_lost()
    {
        using var network = new Network(options: new ResumeOptions { ReconnectTimeout = TimeSpan.FromMilliseconds(300) }) { IsDown = true };
        network.Break();
        foreach (var end in new[] { network.Client, network.Server })
        {
            var watch = Stopwatch.StartNew();
            var error = Assert.Throws<ConnectionLostException>(() =>
            {
                while (watch.Elapsed < Timeout)
                    Assert.Equal(TransportConnection.WouldBlock, end.Receive(new byte[1], 0, 1, 50));
            });
            Assert.Contains(end == network.Client ? "within 0.3 seconds: The network is down." : "within 0.3 seconds: ", error.Message, StringComparison.Ordinal);
            Assert.Throws<ConnectionLostException>(() => end.Send(new byte[1], 0, 1));
            Assert.True(end.IsEnded);
        }
    }

    [Fact]
    public void Connection_that_no_thread_uses_is_lost_if_it_is_not_resumed_in_time()
    {
        var options = new ResumeOptions { ReconnectTimeout = TimeSpan.FromMilliseconds(300), HeartbeatInterval = TimeSpan.FromMilliseconds(90) };
        using var network = new Network(options: options) { IsDown = true };
        network.Break();
        Assert.True(SpinWait.SpinUntil(() => network.Client.IsEnded && network.Server.IsEnded, Timeout));
    }

    [Fact]
    public async Task Resumed_connection_keeps_its_transport_while_nothing_arrives()
    {
        using var network = new Network();
        network.Break();
        await ExchangeTurns(network, turns: 2);
        for (var i = 0; i < 3; i++)
            Assert.Equal((TransportConnection.WouldBlock, TransportConnection.WouldBlock), (network.Client.Receive(new byte[1], 0, 1, 0), network.Server.Receive(new byte[1], 0, 1, 0)));
        Assert.Equal(2, network.Transports);
    }

    [Fact]
    public void Handler_of_a_connection_that_is_reconnecting_is_called_at_once()
    {
        using var network = new Network { IsDown = true };
        network.Break();
        Assert.True(SpinWait.SpinUntil(() => network.Client.Receive(new byte[1], 0, 1, 0) > 0 || network.Client.IsReconnecting, Timeout));
        bool? isReconnecting = null;
        network.Client.SetReconnectingHandler(value => isReconnecting = value);
        Assert.True(isReconnecting);
    }

    [Fact]
    public void Waiting_for_a_transport_ends_after_the_poll_interval()
    {
        using var network = new Network { IsDown = true };
        network.Break();
        Assert.True(SpinWait.SpinUntil(() => network.Client.IsReconnecting || network.Client.Receive(new byte[1], 0, 1, 0) > 0, Timeout));
        var watch = Stopwatch.StartNew();
        Assert.Equal(TransportConnection.WouldBlock, network.Client.Receive(new byte[1], 0, 1, 50));
        Assert.False(network.Client.PollWrite(1, 50));
        Assert.InRange(watch.ElapsedMilliseconds, 50, 1000);
    }

    [Fact]
    public void End_is_delivered_after_the_bytes_before_it()
    {
        using var network = new Network();
        network.Client.Send([1, 2, 3], 0, 3);
        network.Client.ShutdownSend();
        Assert.Equal([1, 2, 3], Receive(network.Server, 3));
        Assert.Equal(0, network.Server.Receive(new byte[10], 0, 10, 50));
        Assert.Equal(ResumeEnd.Closed, network.Server.PeerEnd);
    }

    [Fact]
    public void End_that_was_lost_is_delivered_when_the_client_comes_back()
    {
        using var network = new Network { IsDown = true };
        network.Break();
        Assert.True(SpinWait.SpinUntil(() => network.Server.Receive(new byte[1], 0, 1, 0) > 0 || network.Server.IsReconnecting, Timeout));
        network.Server.ShutdownSend();
        network.IsDown = false;
        var count = 0;
        Assert.True(SpinWait.SpinUntil(() => (count = network.Client.Receive(new byte[1], 0, 1, 50)) != TransportConnection.WouldBlock, Timeout));
        Assert.Equal(0, count);
    }

    [Fact]
    public void Idle_connection_sends_heartbeats_and_a_silent_one_is_lost()
    {
        var options = new ResumeOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(90), HeartbeatTimeout = TimeSpan.FromSeconds(1) };
        using var network = new Network(options: options);
        // No thread receives or sends: the timers do.
        Assert.False(SpinWait.SpinUntil(() => network.Transports > 1, TimeSpan.FromSeconds(2)));
        network.Swallow();
        Assert.True(SpinWait.SpinUntil(() => network.Transports > 1, Timeout));
        network.Client.Send([7], 0, 1);
        Assert.Equal([7], Receive(network.Server, 1));
    }

    [Fact]
    public void Transport_that_arrives_after_the_end_of_the_connection_is_closed()
    {
        var (own, peer) = InMemoryConnection.CreatePair();
        var late = new MonitoredConnection(InMemoryConnection.CreatePair().Left);
        using ManualResetEventSlim isConnecting = new(), canConnect = new();
        var connection = new ResumableConnection(own, new ResumeOptions(), new Reconnector(1, (_, _, _, _) =>
        {
            isConnecting.Set();
            Assert.True(canConnect.Wait(Timeout, CancellationToken.None));
            return (late, default);
        }).Start);
        peer.Abort();
        Assert.Equal(TransportConnection.WouldBlock, connection.Receive(new byte[1], 0, 1, 50));
        Assert.True(isConnecting.Wait(Timeout));
        connection.Dispose();
        canConnect.Set();
        Assert.True(SpinWait.SpinUntil(() => late.IsDisposed, Timeout));
    }

    [Theory]
    [InlineData(14_999, 14_999, 0, HeartbeatMonitor.Result.None)]
    [InlineData(15_000, 15_000, 1000, HeartbeatMonitor.Result.SendHeartbeat)]
    [InlineData(44_999, 44_999, 1000, HeartbeatMonitor.Result.SendHeartbeat)]
    [InlineData(45_000, 45_000, 1000, HeartbeatMonitor.Result.Lost)]
    [InlineData(1000, 11_000, 1000, HeartbeatMonitor.Result.Lost)]
    [InlineData(12_000, 12_000, 12_000, HeartbeatMonitor.Result.Lost)]
    [InlineData(9_999, 9_999, 9_999, HeartbeatMonitor.Result.None)]
    [InlineData(10_000, 10_000, 10_000, HeartbeatMonitor.Result.Lost)]
    [InlineData(1000, 9_999, 1000, HeartbeatMonitor.Result.None)]
    [InlineData(1000, 10_000, 1000, HeartbeatMonitor.Result.Lost)]
    [InlineData(1000, -100_000, 1000, HeartbeatMonitor.Result.None)]
    internal void Heartbeat_is_due_and_silence_and_sleep_are_a_loss(long time, long wallClock, long sinceLastCheck, HeartbeatMonitor.Result expected)
    {
        var monitor = new HeartbeatMonitor(new ResumeOptions(), 0, 0);
        for (var earlier = 1000; earlier <= time - sinceLastCheck; earlier += 1000)
            monitor.Check(earlier, earlier);
        if (sinceLastCheck > 0)
            monitor.Check(time - sinceLastCheck, time - sinceLastCheck);
        Assert.Equal(expected, monitor.Check(time, wallClock));
    }

    [Fact]
    public void Heartbeat_depends_on_what_was_sent_and_a_loss_on_what_was_received()
    {
        var monitor = new HeartbeatMonitor(new ResumeOptions { HeartbeatInterval = TimeSpan.FromSeconds(4), HeartbeatTimeout = TimeSpan.FromSeconds(8) }, 0, 0);
        monitor.OnSent(1000);
        Assert.Equal(HeartbeatMonitor.Result.None, monitor.Check(4999, 0));
        Assert.Equal(HeartbeatMonitor.Result.SendHeartbeat, monitor.Check(5000, 0));
        monitor.OnReceived(1000);
        Assert.Equal(HeartbeatMonitor.Result.SendHeartbeat, monitor.Check(8999, 0));
        Assert.Equal(HeartbeatMonitor.Result.Lost, monitor.Check(9000, 0));
        monitor.Restart(9000);
        Assert.Equal(HeartbeatMonitor.Result.None, monitor.Check(12_999, 0));
        Assert.Equal(HeartbeatMonitor.Result.SendHeartbeat, monitor.Check(13_000, 0));
        Assert.Equal(HeartbeatMonitor.Result.Lost, monitor.Check(17_000, 0));
    }

    private static Task ExchangeTurns(Network network, byte turns) => Task.WhenAll(
        Task.Run(() =>
        {
            for (byte turn = 0; turn < turns; turn++)
            {
                SendAll(network.Client, [turn, 1, 2, 3, 4]);
                Assert.Equal([turn, 9], Receive(network.Client, 2));
            }
        }),
        Task.Run(() =>
        {
            for (byte turn = 0; turn < turns; turn++)
            {
                Assert.Equal([turn, 1, 2, 3, 4], Receive(network.Server, 5));
                SendAll(network.Server, [turn, 9]);
            }
        })).WaitAsync(Timeout);

    private static Task Transfer(ResumableConnection from, ResumableConnection to, int count, int seed, bool receives = true) => Task.WhenAll(
        Task.Run(() =>
        {
            var random = new Random(seed);
            var bytes = CreateBytes(count, seed);
            for (var at = 0; at < count;)
            {
                var part = Math.Min(random.Next(1, 70_000), count - at);
                SendAll(from, bytes[at..(at + part)]);
                at += part;
            }
        }),
        Task.Run(() =>
        {
            if (receives)
                Assert.Equal(CreateBytes(count, seed), Receive(to, count));
        }));

    private static byte[] CreateBytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static void SendAll(ResumableConnection connection, byte[] bytes)
    {
        var deadline = Deadline.After(Timeout);
        for (var sent = 0; sent < bytes.Length;)
        {
            Assert.False(deadline.HasPassed);
            if (connection.PollWrite(bytes.Length - sent, 50))
                sent += connection.Send(bytes, sent, bytes.Length - sent);
        }
    }

    private static byte[] Receive(ResumableConnection connection, int count)
    {
        var deadline = Deadline.After(Timeout);
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            Assert.False(deadline.HasPassed);
            var received = connection.Receive(bytes, at, count - at, TransportConnection.PollInterval);
            Assert.NotEqual(0, received);
            at += Math.Max(0, received);
        }
        return bytes;
    }

    /// <summary>Connects two ends by transports inside the process, each of which breaks after a number of bytes.</summary>
    private sealed class Network : IDisposable
    {
        private readonly Func<int, (int ToServer, int ToClient)>? _cut;
        private BreakingConnection _client;
        private volatile bool _isDown;

        /// <param name="cut">Returns the numbers of bytes that a transport carries in each direction; null for all.</param>
        /// <param name="options">The options of both ends.</param>
        public Network(Func<int, (int ToServer, int ToClient)>? cut = null, ResumeOptions? options = null)
        {
            _cut = cut;
            var (left, right) = CreateTransport();
            _client = left;
            Server = new ResumableConnection(right, options ?? new ResumeOptions(), null);
            Client = new ResumableConnection(left, options ?? new ResumeOptions(), new Reconnector(1, Reconnect).Start);
        }

        public ResumableConnection Client { get; }

        public ResumableConnection Server { get; }

        public int Transports { get; private set; }

        public bool IsDown
        {
            get => _isDown;
            set => _isDown = value;
        }

        public void Break() => _client.Abort();

        /// <summary>Loses everything that is sent from now on, until another transport is used.</summary>
        public void Swallow() => _client.Swallows = true;

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }

        private (TransportConnection, ResumeAnswer)? Reconnect(ResumeState state, int number, TimeSpan timeout, CancellationToken cancellationToken)
        {
            if (IsDown)
                throw new ChatException(ChatErrorReason.ConnectFailed, "The network is down.");
            long serverReceived = 0;
            Assert.True(SpinWait.SpinUntil(() => Server.TryDetach(out serverReceived), Timeout));
            var (left, right) = CreateTransport();
            _client = left;
            return Server.TryAttach(right, state.Received) ? (left, new ResumeAnswer(serverReceived, false)) : null;
        }

        private (BreakingConnection Left, BreakingConnection Right) CreateTransport()
        {
            var (left, right) = InMemoryConnection.CreatePair();
            var (toServer, toClient) = _cut?.Invoke(Transports) ?? (int.MaxValue, int.MaxValue);
            Transports++;
            return (new BreakingConnection(left, toServer), new BreakingConnection(right, toClient));
        }
    }

    /// <summary>Sends a number of bytes and then breaks.</summary>
    private sealed class BreakingConnection(InMemoryConnection inner, int max) : TransportConnection
    {
        private int _remaining = max;

        public override EndPoint? LocalEndPoint => null;

        public override EndPoint? RemoteEndPoint => null;

        public override bool IsReadable => inner.IsReadable;

        public bool Swallows { get; set; }

        public override int Receive(byte[] buffer, int offset, int count, int milliseconds)
        {
            var received = inner.Receive(buffer, offset, count, milliseconds);
            return Swallows && received > 0 ? WouldBlock : received;
        }

        public override bool PollWrite(int count, int milliseconds) => true;

        public override int Send(byte[] buffer, int offset, int count)
        {
            if (Swallows)
                return count;
            var part = Math.Min(count, _remaining);
            inner.Send(buffer, offset, part);
            _remaining -= part;
            if (_remaining > 0)
                return part;
            // The peer can receive what came before the cut. If it lost that, too, a backlog of more than the limit would never become smaller.
            inner.Dispose();
            throw new ConnectionLostException(isTimeout: false, null);
        }

        public override void ShutdownSend() => inner.ShutdownSend();

        public override void Abort() => inner.Abort();

        public override void Dispose() => inner.Abort();
    }
}
