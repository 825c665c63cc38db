using System;
using System.Diagnostics;
using System.Linq;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Security;
using Xunit;

namespace PSPairChat.Unit;

public sealed class TlsConnectionTests
{
    private static readonly TlsCredentials Credentials = new(X509CertificateLoader.LoadPkcs12(CertificateFactory.CreatePfx(), null));

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    public async Task Bytes_travel_both_ways(int chunk)
    {
        var (client, server) = await Connect(chunk);
        for (var i = 0; i < 3; i++)
        {
            var sent = new byte[50_000];
            Random.Shared.NextBytes(sent);
            Send(client, sent);
            Assert.Equal(sent, Receive(server, sent.Length));
            Send(server, sent[..100]);
            Assert.Equal(sent[..100], Receive(client, 100));
        }
        client.ShutdownSend();
        Assert.Equal(0, server.Receive(new byte[10], 0, 10, 50));
        client.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task Idle_receives_return_without_data()
    {
        var (client, server) = await Connect(int.MaxValue);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(TransportConnection.WouldBlock, client.Receive(new byte[10], 0, 10, 0));
            Assert.Equal(TransportConnection.WouldBlock, server.Receive(new byte[10], 0, 10, 0));
        }
        Send(server, [1, 2, 3]);
        Assert.Equal([1, 2, 3], Receive(client, 3));
    }

    // The flush of the base class would move each handshake to a thread of the pool, and the thread that waits for it would spin.
    [Fact]
    public void A_flush_is_complete_at_once() => Assert.Same(Task.CompletedTask, new TlsRecordStream((_, _, _) => { }).FlushAsync());

    [Fact]
    public async Task Another_thread_can_ask_whether_there_is_input_while_one_receives()
    {
        const int Messages = 20_000;
        var (client, server) = await Connect(int.MaxValue);
        var message = new byte[1000];
        var lengths = Enumerable.Range(0, Messages).Select(_ => Random.Shared.Next(1, message.Length + 1)).ToArray();
        Random.Shared.NextBytes(message);
        var sending = Task.Run(() => Array.ForEach(lengths, length => Send(client, message[..length])));
        var receiving = Task.Run(() => Receive(server, lengths.Sum()));
        while (!receiving.IsCompleted)
            _ = server.IsReadable;
        await Task.WhenAll(sending, receiving);
    }

    [Fact]
    public async Task What_was_received_before_a_send_failed_is_delivered()
    {
        var (client, server) = await Connect(int.MaxValue);
        Send(client, [1, 2, 3]);
        client.ShutdownSend();
        client.Dispose();
        Assert.Throws<ConnectionLostException>(() => Send(server, [4]));
        Assert.Equal([1, 2, 3], Receive(server, 3));
        Assert.Equal(0, server.Receive(new byte[10], 0, 10, 50));
        Assert.Throws<ConnectionLostException>(() => Send(server, [4]));
    }

    [Fact]
    public async Task The_end_is_received_again_also_when_the_transport_has_ended()
    {
        var (client, server) = await Connect(int.MaxValue);
        client.ShutdownSend();
        Assert.Equal(0, server.Receive(new byte[10], 0, 10, 50));
        Assert.True(server.IsReadable);
        Assert.Equal(0, server.Receive(new byte[10], 0, 10, 50));
        client.Dispose();
        Assert.Equal(0, server.Receive(new byte[10], 0, 10, 50));
    }

    [Fact]
    public async Task A_certificate_that_is_rejected_ends_the_handshake_with_that_reason()
    {
        var (left, right) = InMemoryConnection.CreatePair();
        var client = new TlsConnection(left, write => TlsEngine.StartClient(write, "test", Credentials, _ => false));
        var server = new TlsConnection(right, write => TlsEngine.StartServer(write, Credentials, _ => true));
        var serving = Task.Run(() => Assert.ThrowsAny<Exception>(() =>
        {
            Handshake(server);
            Receive(server, 1);
        }));
        var error = Assert.Throws<AuthenticationException>(() => Handshake(client));
        Assert.Contains("certificate", error.Message, StringComparison.Ordinal);
        client.Dispose();
        await serving;
    }

    [Fact]
    public async Task A_transport_that_ends_without_a_TLS_close_is_lost()
    {
        var (left, right) = InMemoryConnection.CreatePair();
        var (_, server) = await Connect(left, right);
        left.ShutdownSend();
        var error = Assert.Throws<ConnectionLostException>(() => server.Receive(new byte[10], 0, 10, 50));
        Assert.Equal("The peer closed the connection without a TLS close.", error.InnerException!.Message);
    }

    [Fact]
    public async Task A_record_that_does_not_fit_is_continued_when_there_is_space()
    {
        var (left, right) = InMemoryConnection.CreatePair(capacity: 5000);
        var (client, server) = await Connect(left, right);
        var bytes = new byte[50_000];
        Random.Shared.NextBytes(bytes);
        var sending = Task.Run(() => Send(client, bytes));
        Assert.Equal(bytes, Receive(server, bytes.Length));
        await sending;
        Assert.Equal(0, client.Send(bytes, 0, bytes.Length));
        Assert.False(client.PollWrite(1, 0));
    }

    [Fact]
    public void A_read_with_a_callback_ends_when_a_record_is_supplied()
    {
        var stream = new TlsRecordStream((_, _, _) => { });
        var buffer = new byte[5];
        IAsyncResult? completed = null;
        var result = stream.BeginRead(buffer, 1, 4, r => completed = r, "state");
        Assert.False(result.IsCompleted);
        stream.Supply(new ArraySegment<byte>([7, 8, 9], 1, 2));
        Assert.Same(result, completed);
        Assert.Equal(("state", 2), (result.AsyncState, stream.EndRead(result)));
        Assert.Equal([0, 8, 9, 0, 0], buffer);
        stream.Complete();
        Assert.Equal(0, stream.EndRead(stream.BeginRead(buffer, 0, 5, null, null)));
    }

    [Fact]
    public async Task A_record_that_is_too_long_is_refused_before_it_has_arrived()
    {
        var (left, right) = InMemoryConnection.CreatePair(int.MaxValue);
        var (_, server) = await Connect(left, right);
        left.Send([23, 3, 3, 255, 255], 0, 5);
        var error = Assert.Throws<ConnectionLostException>(() => server.Receive(new byte[10], 0, 10, 50));
        Assert.Contains("too long", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Receive(TransportConnection connection, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var received = connection.Receive(bytes, at, count - at, 50);
            Assert.NotEqual(0, received);
            at += Math.Max(0, received);
        }
        return bytes;
    }

    private static async Task<(TlsConnection Client, TlsConnection Server)> Connect(int chunk)
    {
        var (left, right) = InMemoryConnection.CreatePair(chunk);
        return await Connect(left, right);
    }

    private static async Task<(TlsConnection Client, TlsConnection Server)> Connect(InMemoryConnection left, InMemoryConnection right)
    {
        var client = new TlsConnection(left, write => TlsEngine.StartClient(write, "test", Credentials, _ => true));
        var server = new TlsConnection(right, write => TlsEngine.StartServer(write, Credentials, _ => true));
        await Task.WhenAll(Task.Run(() => Handshake(client)), Task.Run(() => Handshake(server)));
        return (client, server);
    }

    private static void Handshake(TlsConnection connection)
    {
        var watch = Stopwatch.StartNew();
        while (!connection.ContinueHandshake(50))
            Assert.True(watch.Elapsed.TotalSeconds < 10);
    }

    private static void Send(TlsConnection connection, byte[] bytes) => Assert.True(connection.TrySendAll(bytes, Deadline.After(TimeSpan.FromSeconds(20))));
}
