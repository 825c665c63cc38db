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

public sealed class ConnectionTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Bytes_arrive_as_sent_and_are_followed_by_the_end()
    {
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        using var client = TcpConnector.Connect("127.0.0.1", GetPort(listener), Timeout, default);
        using var server = (await listener.AcceptAsync())!;
        Send(client, "hello");
        Assert.Equal("hello", ReceiveText(server));
        client.ShutdownSend();
        Assert.Equal(0, ReceiveCount(server));
        Send(server, "still open");
        Assert.Equal("still open", ReceiveText(client));
    }

    [Fact]
    public async Task Receive_returns_after_its_timeout_and_the_connection_stays_open()
    {
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        using var client = TcpConnector.Connect("127.0.0.1", GetPort(listener), Timeout, default);
        using var server = (await listener.AcceptAsync())!;
        foreach (var timeout in new[] { 0, 10, TransportConnection.PollInterval })
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal(TransportConnection.WouldBlock, client.Receive(new byte[10], 0, 10, timeout));
            Assert.InRange(watch.ElapsedMilliseconds, timeout - 10, 5000);
        }
        Assert.False(client.IsReadable);
        Send(server, "x");
        Assert.Equal("x", ReceiveText(client));
    }

    [Fact]
    public async Task Receive_after_a_reset_throws_instead_of_returning_the_end()
    {
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, GetPort(listener)));
        using var server = (await listener.AcceptAsync())!;
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        var error = Assert.Throws<ConnectionLostException>(() => ReceiveCount(server));
        Assert.False(error.IsTimeout);
    }

    [Fact]
    public async Task Receive_after_the_end_and_a_reset_returns_the_end()
    {
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, GetPort(listener)));
        using var server = (await listener.AcceptAsync())!;
        client.Shutdown(SocketShutdown.Send);
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        // A second receive does not find another reason either.
        Assert.Equal(0, ReceiveCount(server));
        Assert.Equal(0, ReceiveCount(server));
    }

    [Fact]
    public async Task Receive_after_a_send_that_found_the_reset_is_not_a_timeout()
    {
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, GetPort(listener)));
        using var server = (await listener.AcceptAsync())!;
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        Assert.False(Assert.Throws<ConnectionLostException>(() => Send(server, "x")).IsTimeout);
        Assert.False(Assert.Throws<ConnectionLostException>(() => ReceiveCount(server)).IsTimeout);
    }

    [Fact]
    public void Connection_disables_the_Nagle_algorithm_and_enables_keep_alive_probes()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.False(socket.NoDelay);
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        socket.Connect(IPAddress.Loopback, GetPort(listener));
        using var connection = new TcpConnection(socket);
        Assert.True(socket.NoDelay);
        Assert.NotEqual(0, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.Equal(60, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        Assert.Equal(15, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval));
        Assert.Equal(5, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount));
    }

    [Fact]
    public async Task Abort_resets_and_CloseGracefully_ends_the_connection_of_the_peer()
    {
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        foreach (var isAborted in new[] { true, false })
        {
            using var client = TcpConnector.Connect("127.0.0.1", GetPort(listener), Timeout, default);
            using var server = (await listener.AcceptAsync())!;
            Send(client, "last");
            if (isAborted)
            {
                client.Abort();
                Assert.Throws<ConnectionLostException>(() => _ = ReceiveText(server) + ReceiveText(server));
                continue;
            }
            // Closing with unread bytes would send a reset.
            Send(server, "unread");
            Assert.True(SpinWait.SpinUntil(() => client.IsReadable, Timeout));
            client.CloseGracefully();
            Assert.Equal(("last", 0), (ReceiveText(server), ReceiveCount(server)));
        }
    }

    [Fact]
    public async Task Endpoints_of_an_IPv4_client_are_IPv4_addresses()
    {
        using var listener = TcpConnectionListener.Listen(null, 0);
        using var client = TcpConnector.Connect("127.0.0.1", GetPort(listener), Timeout, default);
        using var server = (await listener.AcceptAsync())!;
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        Assert.Equal(AddressFamily.InterNetwork, server.RemoteEndPoint!.AddressFamily);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("localhost")]
    public async Task Listener_without_an_address_accepts_IPv6_and_IPv4(string host)
    {
        using var listener = TcpConnectionListener.Listen(null, 0);
        using var client = TcpConnector.Connect(host, GetPort(listener), Timeout, default);
        using var server = (await listener.AcceptAsync())!;
        Assert.NotNull(server);
    }

    [Fact]
    public void Second_listener_on_the_same_port_throws_PortInUse()
    {
        using var first = TcpConnectionListener.Listen(null, 0);
        foreach (var address in new[] { null, IPAddress.Any, IPAddress.Loopback })
        {
            var error = Assert.Throws<ChatException>(() => TcpConnectionListener.Listen(address, GetPort(first)));
            Assert.Equal(ChatErrorReason.PortInUse, error.Reason);
        }
    }

    [Fact]
    public async Task Listener_binds_a_port_with_a_connection_in_time_wait()
    {
        var port = 0;
        for (var i = 0; i < 20; i++)
        {
            using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, port);
            port = GetPort(listener);
            using var client = TcpConnector.Connect("127.0.0.1", port, Timeout, default);
            // The end that closes first has the connection in TIME_WAIT.
            var server = (await listener.AcceptAsync())!;
            server.ShutdownSend();
            server.Dispose();
            Assert.Equal(0, ReceiveCount(client));
        }
    }

    [Fact]
    public async Task Dispose_of_a_listener_ends_a_pending_accept()
    {
        var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        var accepting = listener.AcceptAsync();
        listener.Dispose();
        listener.Dispose();
        Assert.Null(await accepting.WaitAsync(Timeout));
    }

    [Fact]
    public void Connect_to_a_closed_port_throws_ConnectFailed()
    {
        int port;
        using (var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0))
            port = GetPort(listener);
        var error = ConnectAndGetError("127.0.0.1", port, Timeout);
        Assert.Equal(ChatErrorReason.ConnectFailed, error.Reason);
        // The reason of the system, without the address that the runtime adds to it.
        Assert.Matches($"^Failed to connect to 127.0.0.1:{port}: [^.:]+\\.$", error.Message);
        Assert.Equal(ChatErrorReason.ConnectFailed, ConnectAndGetError("localhost", port, Timeout).Reason);
    }

    [Theory]
    [InlineData("no-such-host.invalid")]
    [InlineData("a host with spaces")]
    [InlineData("..")]
    public void Connect_to_an_unknown_host_throws_HostNotFound(string host)
    {
        var error = ConnectAndGetError(host, 1, Timeout);
        Assert.Equal((ChatErrorReason.HostNotFound, $"Host '{host}' not found."), (error.Reason, error.Message));
    }

    [Fact]
    public void Connect_to_a_host_that_does_not_respond_throws_at_the_deadline()
    {
        using var silentPort = new SilentPort();
        var watch = Stopwatch.StartNew();
        var error = ConnectAndGetError("127.0.0.1", silentPort.Port, TimeSpan.FromMilliseconds(300));
        Assert.Equal((ChatErrorReason.ConnectTimedOut, $"Connecting to 127.0.0.1:{silentPort.Port} timed out after 0.3 seconds."), (error.Reason, error.Message));
        Assert.InRange(watch.ElapsedMilliseconds, 290, 5000);
    }

    [Fact]
    public void Connect_that_is_canceled_leaves_no_thread_behind()
    {
        using var silentPort = new SilentPort();
        var before = Process.GetCurrentProcess().Threads.Count;
        for (var i = 0; i < 20; i++)
        {
            using var stop = new CancellationTokenSource(20);
            Assert.ThrowsAny<OperationCanceledException>(() => TcpConnector.Connect("127.0.0.1", silentPort.Port, Timeout, stop.Token));
        }
        Assert.True(SpinWait.SpinUntil(() => Process.GetCurrentProcess().Threads.Count < before + 10, Timeout));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void In_memory_connection_behaves_like_a_TCP_connection(int maxReceiveBytes)
    {
        var (left, right) = InMemoryConnection.CreatePair(maxReceiveBytes);
        Assert.Equal(TransportConnection.WouldBlock, right.Receive(new byte[10], 0, 10, 0));
        Send(left, "hello there");
        var received = "";
        while (received.Length < 11)
            received += ReceiveText(right);
        Assert.Equal("hello there", received);
        left.ShutdownSend();
        Assert.Equal(0, ReceiveCount(right));
        left.Abort();
        Assert.Throws<ConnectionLostException>(() => ReceiveCount(right));
        Assert.Throws<ConnectionLostException>(() => Send(left, "x"));
    }

    [Fact]
    public async Task Full_in_memory_connection_accepts_data_again_when_some_was_received()
    {
        var (left, right) = InMemoryConnection.CreatePair(capacity: 4);
        Assert.Equal((true, 4, 0, false), (left.PollWrite(1, 0), left.Send("hello"u8.ToArray(), 0, 5), left.Send("o"u8.ToArray(), 0, 1), left.PollWrite(1, 10)));
        Assert.Equal((true, false), (right.IsReadable, left.IsReadable));
        var waits = Task.Run(() => left.PollWrite(1, 60_000));
        var bytes = new byte[3];
        Assert.Equal((2, "\0he"), (right.Receive(bytes, 1, 2, 0), Encoding.ASCII.GetString(bytes)));
        Assert.True(await waits.WaitAsync(Timeout));
        Assert.Equal(2, left.Send("more"u8.ToArray(), 2, 2));
        Assert.Equal("llre", ReceiveText(right));
        Assert.False(right.IsReadable);
        left.Dispose();
        Assert.Equal((true, 0), (right.IsReadable, ReceiveCount(right)));
        Assert.Throws<ConnectionLostException>(() => Send(right, "x"));
        Assert.True(right.PollWrite(1, 0));
    }

    [Fact]
    public void Listener_accepts_what_is_there_and_closes_what_is_not_allowed()
    {
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        Assert.Null(listener.TryAccept());
        using (var client = TcpConnector.Connect("127.0.0.1", GetPort(listener), Timeout, default))
        {
            Assert.True(listener.Socket.Poll(10_000_000, SelectMode.SelectRead));
            using var accepted = listener.TryAccept();
            Assert.Equal(client.LocalEndPoint, accepted!.RemoteEndPoint);
        }
        listener.IsAllowed = address => !IPAddress.IsLoopback(address);
        using var refused = TcpConnector.Connect("127.0.0.1", GetPort(listener), Timeout, default);
        Assert.True(listener.Socket.Poll(10_000_000, SelectMode.SelectRead));
        Assert.Null(listener.TryAccept());
        Assert.Equal(0, ReceiveCount(refused));
    }

    [Fact]
    public async Task Disposed_connection_is_lost_and_can_be_closed_again()
    {
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        var client = TcpConnector.Connect("127.0.0.1", GetPort(listener), Timeout, default);
        using var server = (await listener.AcceptAsync())!;
        client.Dispose();
        Assert.Equal((true, true), (client.IsReadable, client.PollWrite(1, 0)));
        Assert.Throws<ConnectionLostException>(() => client.Receive(new byte[1], 0, 1, 0));
        Assert.Throws<ConnectionLostException>(() => client.Receive(new byte[1], 0, 1, TransportConnection.PollInterval));
        Assert.Throws<ConnectionLostException>(() => Send(client, "x"));
        client.ShutdownSend();
        client.Abort();
        Assert.Equal(0, ReceiveCount(server));
    }

    [Fact]
    public void Disposed_listener_accepts_nothing_and_reports_no_failure()
    {
        var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        var failures = 0;
        listener.AcceptFailed = _ => failures++;
        listener.Dispose();
        Assert.Null(listener.TryAccept());
        Assert.Equal(0, failures);
    }

    private static int GetPort(TcpConnectionListener listener) => ((IPEndPoint)listener.LocalEndPoint).Port;

    private static ChatException ConnectAndGetError(string host, int port, TimeSpan timeout) =>
        Assert.Throws<ChatException>(() => TcpConnector.Connect(host, port, timeout, default));

    private static void Send(TransportConnection connection, string text) => connection.Send(Encoding.ASCII.GetBytes(text), 0, text.Length);

    private static int ReceiveCount(TransportConnection connection) => Receive(connection, new byte[100]);

    private static string ReceiveText(TransportConnection connection)
    {
        var bytes = new byte[100];
        return Encoding.ASCII.GetString(bytes, 0, Receive(connection, bytes));
    }

    private static int Receive(TransportConnection connection, byte[] bytes)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Timeout;)
        {
            if (connection.Receive(bytes, 0, bytes.Length, TransportConnection.PollInterval) is var count && count != TransportConnection.WouldBlock)
                return count;
        }
        throw new TimeoutException();
    }
}
