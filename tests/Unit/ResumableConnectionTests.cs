using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

public sealed class ResumableConnectionTests
{
    [Fact]
    public void Buffer_keeps_what_is_not_acknowledged_and_refuses_impossible_counts()
    {
        var random = new Random(1);
        var buffer = new ResumeBuffer(100);
        var all = new List<byte>();
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(0, buffer.Free + 1)];
            random.NextBytes(bytes);
            buffer.Add(bytes, 0, bytes.Length);
            all.AddRange(bytes);
            Assert.True(buffer.TryAcknowledge(random.NextInt64(buffer.Acknowledged, buffer.Sent + 1)));
            var kept = new byte[200];
            var count = buffer.CopyTo(buffer.Acknowledged, kept, 0, kept.Length);
            Assert.Equal(all.GetRange((int)buffer.Acknowledged, count), kept[..count]);
            Assert.Equal(all.Count, buffer.Acknowledged + count);
        }
        Assert.False(buffer.TryAcknowledge(buffer.Sent + 1));
        Assert.False(buffer.TryAcknowledge(buffer.Acknowledged - 1));
    }

    [Fact]
    public void Records_decode_the_same_in_any_pieces()
    {
        var wire = new List<byte>();
        wire.AddRange([0, 3, 1, 2, 3]);
        wire.AddRange(ResumeRecordDecoder.EncodeAcknowledge(0x0102030405060708));
        wire.AddRange([0, 1, 9]);
        wire.AddRange(ResumeRecordDecoder.EncodeEnd());
        for (var piece = 1; piece <= wire.Count; piece++)
        {
            var decoder = new ResumeRecordDecoder();
            var data = new List<byte>();
            var acknowledged = new List<long>();
            var ended = false;
            for (var at = 0; at < wire.Count; at += piece)
            {
                var bytes = wire.GetRange(at, Math.Min(piece, wire.Count - at)).ToArray();
                var start = 0;
                for (ResumeRecordDecoder.Result result; (result = decoder.Decode(bytes, ref start, bytes.Length, out var part, out var count)) != ResumeRecordDecoder.Result.None;)
                {
                    if (result == ResumeRecordDecoder.Result.Data)
                        data.AddRange(part);
                    else if (result == ResumeRecordDecoder.Result.Acknowledge)
                        acknowledged.Add(count);
                    else
                        ended = true;
                }
            }
            Assert.Equal([1, 2, 3, 9], data);
            Assert.Equal([0x0102030405060708], acknowledged);
            Assert.True(ended);
        }
    }

    [Fact]
    public async Task Conversation_survives_a_cut_after_every_number_of_bytes()
    {
        // Each connection below carries one byte more than the one before it until it breaks, in either direction.
        for (var client = 1; client <= 40; client += 3)
        {
            using var network = new Network(cut: i => (client + i, 41 - client + i));
            await Exchange(network, turns: 20);
            Assert.True(network.Connections > 2);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Bytes_arrive_once_and_in_order_through_random_cuts(int seed)
    {
        var random = new Random(seed);
        using var network = new Network(cut: _ => (random.Next(1, 30_000), random.Next(1, 30_000)));
        var toServer = Transfer(network.Client, network.Server, 2_000_000, seed);
        var toClient = Transfer(network.Server, network.Client, 2_000_000, seed + 1);
        await Task.WhenAll(toServer, toClient).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(network.Connections > 50, $"{network.Connections}");
    }

    [Fact]
    public void Connection_that_cannot_resume_in_time_is_lost()
    {
        using var network = new Network(cut: _ => (int.MaxValue, int.MaxValue), new ResumeOptions { ReconnectTimeout = TimeSpan.FromMilliseconds(200) }) { IsDown = true };
        network.Break();
        foreach (var end in new[] { network.Client, network.Server })
        {
            var watch = Stopwatch.StartNew();
            Assert.Throws<ConnectionLostException>(() =>
            {
                while (watch.Elapsed.TotalSeconds < 10)
                    Assert.Equal(TransportConnection.WouldBlock, end.Receive(new byte[1], 0, 1, 50));
            });
        }
    }

    [Fact]
    public void End_is_delivered_after_the_bytes_before_it()
    {
        using var network = new Network(cut: _ => (int.MaxValue, int.MaxValue));
        network.Client.Send([1, 2, 3], 0, 3);
        network.Client.ShutdownSend();
        var bytes = new byte[10];
        Assert.Equal(3, network.Server.Receive(bytes, 0, 10, 50));
        Assert.Equal(0, network.Server.Receive(bytes, 0, 10, 50));
    }

    private static Task Exchange(Network network, int turns) => Task.WhenAll(
        Task.Run(() =>
        {
            for (byte turn = 0; turn < turns; turn++)
            {
                network.Client.Send([turn, 1, 2, 3, 4], 0, 5);
                Assert.Equal([turn, 9], Receive(network.Client, 2));
            }
        }),
        Task.Run(() =>
        {
            for (byte turn = 0; turn < turns; turn++)
            {
                Assert.Equal([turn, 1, 2, 3, 4], Receive(network.Server, 5));
                network.Server.Send([turn, 9], 0, 2);
            }
        })).WaitAsync(TimeSpan.FromSeconds(60));

    private static Task Transfer(ResumableConnection from, ResumableConnection to, int count, int seed) => Task.WhenAll(
        Task.Run(() =>
        {
            var random = new Random(seed);
            var bytes = new byte[count];
            random.NextBytes(bytes);
            for (var at = 0; at < count;)
            {
                var part = Math.Min(random.Next(1, 70_000), count - at);
                while (!from.PollWrite(50))
                {
                    // The peer has not acknowledged enough yet.
                }
                from.Send(bytes, at, part);
                at += part;
            }
        }),
        Task.Run(() =>
        {
            var bytes = new byte[count];
            new Random(seed).NextBytes(bytes);
            Assert.Equal(bytes, Receive(to, count));
        }));

    private static byte[] Receive(ResumableConnection connection, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var received = connection.Receive(bytes, at, count - at, TransportConnection.PollInterval);
            Assert.NotEqual(0, received);
            at += Math.Max(0, received);
        }
        return bytes;
    }

    /// <summary>Connects two ends by in-memory connections, each of which breaks after a number of bytes.</summary>
    private sealed class Network : IDisposable
    {
        private readonly Func<int, (int ToServer, int ToClient)> _cut;
        private CuttingConnection _current;

        public Network(Func<int, (int ToServer, int ToClient)> cut, ResumeOptions? options = null)
        {
            _cut = cut;
            var (left, right) = Create();
            _current = left;
            Server = new ResumableConnection(right, options ?? new ResumeOptions(), null, _ => { });
            Client = new ResumableConnection(left, options ?? new ResumeOptions(), Reconnect, _ => { });
        }

        public ResumableConnection Client { get; }

        public ResumableConnection Server { get; }

        public int Connections { get; private set; }

        public bool IsDown { get; init; }

        public void Break() => _current.Break();

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }

        private (TransportConnection, long)? Reconnect(long received, CancellationToken cancellationToken)
        {
            if (IsDown)
                throw new ChatException(ChatErrorReason.ConnectFailed, "The network is down.");
            if (Server.BeginResume() is not { } serverReceived)
                return null;
            var (left, right) = Create();
            _current = left;
            return Server.TryResume(right, received) ? (left, serverReceived) : null;
        }

        private (CuttingConnection Left, CuttingConnection Right) Create()
        {
            var (left, right) = InMemoryConnection.CreatePair();
            var (toServer, toClient) = _cut(Connections++);
            return (new CuttingConnection(left, toServer), new CuttingConnection(right, toClient));
        }
    }

    /// <summary>Sends a number of bytes and then breaks, as a reset does.</summary>
    private sealed class CuttingConnection(InMemoryConnection inner, int budget) : TransportConnection
    {
        private int _budget = budget;

        public override EndPoint? LocalEndPoint => null;

        public override EndPoint? RemoteEndPoint => null;

        public override bool IsReadable => inner.IsReadable;

        public void Break() => inner.SimulateConnectionLoss();

        public override int Receive(byte[] buffer, int offset, int count, int milliseconds) => inner.Receive(buffer, offset, count, milliseconds);

        public override bool PollWrite(int milliseconds) => true;

        public override void Send(byte[] buffer, int offset, int count)
        {
            var part = Math.Min(count, _budget);
            inner.Send(buffer, offset, part);
            _budget -= part;
            if (_budget > 0)
                return;
            inner.SimulateConnectionLoss();
            throw new ConnectionLostException(isTimeout: false, null);
        }

        public override void ShutdownSend() => inner.ShutdownSend();

        public override void Dispose() => inner.SimulateConnectionLoss();
    }
}
