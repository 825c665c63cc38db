using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

public sealed class ConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Bytes_arrive_as_they_were_sent_and_the_end_is_seen()
    {
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        using var client = TcpConnector.Connect("127.0.0.1", PortOf(listener), Patience, default);
        using var server = (await listener.AcceptAsync())!;
        Send(client, "hello");
        Assert.Equal("hello", ReceiveText(server));
        client.ShutdownSend();
        Assert.Equal(0, ReceiveCount(server));
        Send(server, "still heard");
        Assert.Equal("still heard", ReceiveText(client));
    }

    [Fact]
    public async Task A_wait_ends_with_its_slice_and_the_stream_goes_on()
    {
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        using var client = TcpConnector.Connect("127.0.0.1", PortOf(listener), Patience, default);
        using var server = (await listener.AcceptAsync())!;
        foreach (var slice in new[] { 0, 10, TransportConnection.PollInterval })
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal(TransportConnection.WouldBlock, client.Receive(new byte[10], 0, 10, slice));
            Assert.InRange(watch.ElapsedMilliseconds, slice - 10, 5000);
        }
        Assert.False(client.IsReadable);
        Send(server, "x");
        Assert.Equal("x", ReceiveText(client));
    }

    [Fact]
    public async Task A_reset_is_a_break_and_not_an_end()
    {
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        using var rude = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await rude.ConnectAsync(new IPEndPoint(IPAddress.Loopback, PortOf(listener)));
        using var server = (await listener.AcceptAsync())!;
        rude.LingerState = new LingerOption(true, 0);
        rude.Dispose();
        var broken = Assert.Throws<ConnectionLostException>(() => ReceiveCount(server));
        Assert.False(broken.IsTimeout);
    }

    [Fact]
    public async Task Both_ends_have_NoDelay_and_keep_alive_and_are_told_their_addresses_as_people_know_them()
    {
        using var listener = TcpConnectionListener.Listen(null, 0);
        using var client = TcpConnector.Connect("127.0.0.1", PortOf(listener), Patience, default);
        using var server = (await listener.AcceptAsync())!;
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        Assert.Equal(AddressFamily.InterNetwork, server.RemoteEndPoint!.AddressFamily);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("localhost")]
    public async Task Left_alone_a_listener_hears_IPv6_and_IPv4(string host)
    {
        using var listener = TcpConnectionListener.Listen(null, 0);
        using var client = TcpConnector.Connect(host, PortOf(listener), Patience, default);
        using var server = (await listener.AcceptAsync())!;
        Assert.NotNull(server);
    }

    [Fact]
    public void A_second_listener_never_shares_the_port()
    {
        using var first = TcpConnectionListener.Listen(null, 0);
        foreach (var address in new[] { null, IPAddress.Any, IPAddress.Loopback })
        {
            var refused = Assert.Throws<ChatException>(() => TcpConnectionListener.Listen(address, PortOf(first)));
            Assert.Equal(ChatErrorReason.PortInUse, refused.Reason);
        }
    }

    [Fact]
    public async Task A_restart_always_binds_even_with_a_connection_in_time_wait()
    {
        var port = 0;
        for (var i = 0; i < 20; i++)
        {
            using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, port);
            port = PortOf(listener);
            using var client = TcpConnector.Connect("127.0.0.1", port, Patience, default);
            // The server closes first, so that TIME_WAIT is on its side.
            var server = (await listener.AcceptAsync())!;
            server.ShutdownSend();
            server.Dispose();
            Assert.Equal(0, ReceiveCount(client));
        }
    }

    [Fact]
    public async Task A_disposed_listener_gives_nobody_and_leaves_no_one_waiting()
    {
        var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        var accepting = listener.AcceptAsync();
        listener.Dispose();
        listener.Dispose();
        Assert.Null(await accepting.WaitAsync(Patience));
    }

    [Fact]
    public void A_refused_connection_says_so()
    {
        int port;
        using (var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0))
            port = PortOf(listener);
        Assert.Equal(ChatErrorReason.ConnectFailed, Fails("127.0.0.1", port, Patience).Reason);
        Assert.Equal(ChatErrorReason.ConnectFailed, Fails("localhost", port, Patience).Reason);
    }

    [Theory]
    [InlineData("no-such-host.invalid")]
    [InlineData("a host with spaces")]
    [InlineData("..")]
    public void A_name_without_an_address_says_so(string host) => Assert.Equal(ChatErrorReason.HostNotFound, Fails(host, 1, Patience).Reason);

    [Fact]
    public void A_host_that_does_not_answer_is_given_up_at_the_deadline()
    {
        using var silent = new SilentPort();
        var watch = Stopwatch.StartNew();
        Assert.Equal(ChatErrorReason.ConnectTimedOut, Fails("127.0.0.1", silent.Port, TimeSpan.FromMilliseconds(300)).Reason);
        Assert.InRange(watch.ElapsedMilliseconds, 290, 5000);
    }

    [Fact]
    public void Connecting_can_be_given_up_and_leaves_no_thread_behind()
    {
        using var silent = new SilentPort();
        var before = Process.GetCurrentProcess().Threads.Count;
        for (var i = 0; i < 20; i++)
        {
            using var stop = new CancellationTokenSource(20);
            Assert.ThrowsAny<OperationCanceledException>(() => TcpConnector.Connect("127.0.0.1", silent.Port, Patience, stop.Token));
        }
        Assert.True(SpinWait.SpinUntil(() => Process.GetCurrentProcess().Threads.Count < before + 10, Patience));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void The_stream_in_memory_behaves_as_the_one_over_tcp(int chunk)
    {
        var (left, right) = InMemoryConnection.CreatePair(chunk);
        Assert.Equal(TransportConnection.WouldBlock, right.Receive(new byte[10], 0, 10, 0));
        Send(left, "hello there");
        var received = "";
        while (received.Length < 11)
            received += ReceiveText(right);
        Assert.Equal("hello there", received);
        left.ShutdownSend();
        Assert.Equal(0, ReceiveCount(right));
        left.SimulateConnectionLoss();
        Assert.Throws<ConnectionLostException>(() => ReceiveCount(right));
        Assert.Throws<ConnectionLostException>(() => Send(left, "x"));
    }

    private static int PortOf(TcpConnectionListener listener) => ((IPEndPoint)listener.LocalEndPoint).Port;

    private static ChatException Fails(string host, int port, TimeSpan timeout) =>
        Assert.Throws<ChatException>(() => TcpConnector.Connect(host, port, timeout, default));

    private static void Send(TransportConnection stream, string text) => stream.Send(Encoding.ASCII.GetBytes(text), 0, text.Length);

    private static int ReceiveCount(TransportConnection stream) => Receive(stream, new byte[100]);

    private static string ReceiveText(TransportConnection stream)
    {
        var bytes = new byte[100];
        return Encoding.ASCII.GetString(bytes, 0, Receive(stream, bytes));
    }

    private static int Receive(TransportConnection stream, byte[] bytes)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience;)
        {
            if (stream.Receive(bytes, 0, bytes.Length, TransportConnection.PollInterval) is var count && count != TransportConnection.WouldBlock)
                return count;
        }
        throw new TimeoutException();
    }

    /// <summary>A port whose backlog is full: a further call is not answered, as by a host behind a firewall.</summary>
    private sealed class SilentPort : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public SilentPort()
        {
            var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(listener);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(0);
            Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
            for (var answered = true; answered;)
            {
                var caller = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _sockets.Add(caller);
                answered = caller.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port)).Wait(200);
            }
        }

        public int Port { get; }

        public void Dispose()
        {
            foreach (var socket in _sockets)
                socket.Dispose();
        }
    }
}
