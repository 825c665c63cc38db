using System;
using System.Collections.Generic;
using System.Linq;
using PSPairChat.Connections;
using PSPairChat.Security;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The rules of a resumable connection without sockets: cuts at every byte of the greeting, of data, acknowledgements and ends.</summary>
public sealed class ResumeProtocolTests
{
    [Fact]
    public void Output_is_empty_when_everything_is_encoded_and_sent()
    {
        var protocol = new ResumeProtocol();
        var output = new ResumeOutput(protocol);
        var (own, peer) = InMemoryConnection.CreatePair(capacity: 4);
        var transport = new MonitoredConnection(own);
        Assert.True(output.IsEmpty);
        protocol.Send(new byte[10], 0, 10);
        Assert.False(output.IsEmpty);
        Assert.True(output.Pump(transport));
        Assert.Equal((true, false), (protocol.IsTransmitted, output.IsEmpty));
        Assert.False(output.Pump(transport));
        while (!output.IsEmpty)
        {
            Assert.Equal(4, peer.Receive(new byte[4], 0, 4, 0));
            Assert.True(output.Pump(transport));
        }
        var calls = transport.Calls;
        Assert.False(output.Pump(transport));
        Assert.Equal((0, calls), (output.Count, transport.Calls));
    }

    [Fact]
    public void Records_have_a_fixed_format_and_decode_the_same_in_any_pieces()
    {
        var sender = new ResumeProtocol();
        var output = new byte[ResumeProtocol.MaxOutputBytes];
        Receive(sender, [0, 2, 7, 8]);
        sender.Send([1, 2, 3], 0, 3);
        sender.End(ResumeEnd.Restarting);
        byte[] expected = [0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 3, 1, 2, 3, 0xFF, 0xFE];
        Assert.Equal(expected, output[..sender.Encode(output)]);
        Assert.Equal(0, sender.Encode(output));
        for (var piece = 1; piece <= expected.Length; piece++)
        {
            var receiver = new ResumeProtocol();
            receiver.Send([7, 8], 0, 2);
            receiver.Encode(output);
            Assert.Equal([1, 2, 3], expected.Chunk(piece).SelectMany(bytes => Receive(receiver, bytes)));
            Assert.Equal((ResumeEnd.Restarting, 2, 3), (receiver.PeerEnd, receiver.Acknowledged, receiver.Received));
        }
    }

    [Fact]
    public void Acknowledgement_is_due_with_data_when_idle_and_after_16_KiB()
    {
        var protocol = new ResumeProtocol();
        var output = new byte[ResumeProtocol.MaxOutputBytes];
        Receive(protocol, [0, 1, 9]);
        Assert.Equal(0, protocol.Encode(output));
        protocol.Acknowledge(isHeartbeat: false);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 1], output[..protocol.Encode(output)]);
        protocol.Acknowledge(isHeartbeat: false);
        Assert.Equal(0, protocol.Encode(output));
        protocol.Acknowledge(isHeartbeat: true);
        Assert.Equal(10, protocol.Encode(output));
        Receive(protocol, [0x3F, 0xFF, .. new byte[0x3FFF]]);
        Assert.Equal(0, protocol.Encode(output));
        Receive(protocol, [0, 1, 9]);
        Assert.Equal(10, protocol.Encode(output));
    }

    [Fact]
    public void Sent_bytes_are_kept_until_they_are_acknowledged()
    {
        var random = new Random(1);
        var buffer = new ResumeBuffer(2000);
        var all = new List<byte>();
        for (var i = 0; i < 300; i++)
        {
            var bytes = new byte[random.Next(0, buffer.Free + 1)];
            random.NextBytes(bytes);
            buffer.Add(bytes, 0, bytes.Length);
            all.AddRange(bytes);
            Assert.True(buffer.TryAcknowledge(random.NextInt64(buffer.Acknowledged, buffer.Sent + 1)));
            var kept = new byte[buffer.Count];
            buffer.CopyTo(buffer.Acknowledged, kept, 0, kept.Length);
            Assert.Equal(all.Skip((int)buffer.Acknowledged), kept);
            Assert.Equal(all.Count, buffer.Sent);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Add(new byte[2001], 0, buffer.Free + 1));
        Assert.False(buffer.TryAcknowledge(buffer.Acknowledged - 1));
        Assert.False(buffer.TryAcknowledge(buffer.Sent + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.CopyTo(buffer.Acknowledged - 1, new byte[2], 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.CopyTo(buffer.Sent, new byte[2], 0, 1));
    }

    [Fact]
    public void Resume_with_a_gap_or_with_bytes_that_were_not_sent_is_refused()
    {
        var protocol = new ResumeProtocol(100);
        var output = new byte[ResumeProtocol.MaxOutputBytes];
        protocol.Send(new byte[100], 0, 100);
        Assert.Equal(0, protocol.Free);
        protocol.Encode(output);
        Receive(protocol, [0, 0, 0, 0, 0, 0, 0, 0, 0, 60]);
        Assert.Equal((60, 60), (protocol.Acknowledged, protocol.Free));
        Assert.False(protocol.TryResume(59));
        Assert.False(protocol.TryResume(101));
        Assert.True(protocol.TryResume(60));
        Assert.True(protocol.TryResume(100));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(4)]
    public void Acknowledgement_of_what_was_not_transmitted_or_acknowledged_before_is_an_error(byte count)
    {
        var protocol = new ResumeProtocol();
        protocol.Send(new byte[10], 0, 10);
        protocol.Encode(new byte[ResumeProtocol.MaxOutputBytes]);
        Receive(protocol, [0, 0, 0, 0, 0, 0, 0, 0, 0, 5]);
        protocol.Send(new byte[10], 0, 10);
        Assert.Throws<FormatException>(() => Receive(protocol, [0, 0, 0, 0, 0, 0, 0, 0, 0, count]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_is_lost_or_doubled_by_a_cut_after_any_byte(bool isCutAtOnce)
    {
        var uncut = new Model(isCutAtOnce);
        var (toServer, toClient) = uncut.Connect(int.MaxValue, int.MaxValue);
        uncut.AssertComplete();
        Assert.InRange(toServer, 150, 400);
        for (var cut = 0; cut < Math.Max(toServer, toClient); cut++)
        {
            for (var next = 0; next < Math.Max(toServer, toClient); next += 257)
            {
                foreach (var (first, second) in new[] { ((cut, int.MaxValue), (next, int.MaxValue)), ((int.MaxValue, cut), (int.MaxValue, next)), ((cut, int.MaxValue), (int.MaxValue, next)) })
                {
                    var model = new Model(isCutAtOnce);
                    model.Connect(first.Item1, first.Item2);
                    model.Connect(second.Item1, second.Item2);
                    model.Connect(int.MaxValue, int.MaxValue);
                    model.AssertComplete();
                }
            }
        }
    }

    [Fact]
    public void Nothing_is_lost_or_doubled_by_random_cuts() => FuzzRun.Repeat(random =>
    {
        var model = new Model(random.Next(2) == 0, random);
        for (var cuts = random.Next(50); cuts > 0; cuts--)
            model.Connect(random.Next(300), random.Next(300));
        model.Connect(int.MaxValue, int.MaxValue);
        model.AssertComplete();
    });

    private static List<byte> Receive(ResumeProtocol protocol, byte[] bytes)
    {
        var received = new List<byte>();
        for (var start = 0; protocol.TryDecode(bytes, ref start, bytes.Length, out var data);)
            received.AddRange(data);
        return received;
    }

    /// <summary>Two ends that send each other bytes over connections, each of which is cut after a number of bytes in each direction.</summary>
    /// <param name="isCutAtOnce">Whether a cut in one direction ends both, or the other direction still delivers.</param>
    /// <param name="random">Divides what is received into pieces; null for single bytes.</param>
    private sealed class Model(bool isCutAtOnce, Random? random = null)
    {
        private static readonly byte[] Certificate = [1, 2, 3];

        private readonly ResumeToken _token = ResumeToken.Create();
        private readonly End _client = new([.. Enumerable.Range(0, 60).Select(i => (byte)i)]);
        private readonly End _server = new([.. Enumerable.Range(100, 50).Select(i => (byte)i)]);

        /// <summary>Exchanges until the connection is cut, or both ends are complete.</summary>
        /// <returns>The number of bytes in each direction.</returns>
        public (int ToServer, int ToClient) Connect(int maxToServer, int maxToClient)
        {
            Wire toServer = new(maxToServer), toClient = new(maxToClient);
            bool clientIsReady = false, serverIsReady = false;
            toServer.Write(SecureGreeting.EncodeResume(_token.Id, new ResumeState(_client.Protocol.Received, 0, 0), ResumeProof.ComputeClient(_token.Secret, Certificate, _client.Protocol.Received)));
            bool progress;
            do
            {
                progress = false;
                if (!serverIsReady && toServer.ReadLine() is { } hello)
                {
                    var greeting = SecureGreeting.DecodeClient(new ArraySegment<byte>(hello))!;
                    Assert.Equal(ResumeProof.ComputeClient(_token.Secret, Certificate, greeting.State.Received), greeting.Proof);
                    toClient.Write(SecureGreeting.EncodeResumed(ResumeProof.ComputeServer(_token.Secret, Certificate, _server.Protocol.Received), _server.Protocol.Received));
                    Assert.True(_server.Protocol.TryResume(greeting.State.Received));
                    serverIsReady = progress = true;
                }
                if (!clientIsReady && toClient.ReadLine() is { } answer)
                {
                    Assert.True(_client.Protocol.TryResume(SecureGreeting.DecodeServer(new ArraySegment<byte>(answer))!.Received!.Value));
                    clientIsReady = progress = true;
                }
                progress |= clientIsReady && _client.Exchange(toClient, toServer, random);
                progress |= serverIsReady && _server.Exchange(toServer, toClient, random);
            }
            while (progress && !(isCutAtOnce && (toServer.IsCut || toClient.IsCut)));
            return (toServer.Written, toClient.Written);
        }

        public void AssertComplete()
        {
            Assert.Equal(_client.Outgoing, _server.Incoming);
            Assert.Equal(_server.Outgoing, _client.Incoming);
            Assert.Equal((ResumeEnd.Closed, ResumeEnd.Closed), (_client.Protocol.PeerEnd, _server.Protocol.PeerEnd));
        }
    }

    private sealed class End(byte[] outgoing)
    {
        private const int Capacity = 16;

        private readonly byte[] _output = new byte[ResumeProtocol.MaxOutputBytes];

        public byte[] Outgoing => outgoing;

        public List<byte> Incoming { get; } = [];

        public ResumeProtocol Protocol { get; } = new(Capacity);

        /// <summary>Receives a piece, sends as much as is free, and acknowledges when idle.</summary>
        /// <returns>Whether anything was received or sent.</returns>
        public bool Exchange(Wire from, Wire to, Random? random)
        {
            var input = from.Read(random?.Next(1, 40) ?? 1);
            Incoming.AddRange(Receive(Protocol, input));
            var count = Math.Min(Protocol.Free, Math.Min(random?.Next(20) ?? 7, outgoing.Length - (int)Protocol.Sent));
            Protocol.Send(outgoing, (int)Protocol.Sent, count);
            if (Protocol.Sent == outgoing.Length)
                Protocol.End(ResumeEnd.Closed);
            if (input.Length == 0)
                Protocol.Acknowledge(isHeartbeat: false);
            var encoded = Protocol.Encode(_output);
            to.Write(_output[..encoded]);
            return input.Length + encoded > 0;
        }
    }

    /// <summary>One direction of a connection.</summary>
    /// <param name="max">The number of bytes after which it is cut.</param>
    private sealed class Wire(int max)
    {
        private readonly Queue<byte> _bytes = new();

        public int Written { get; private set; }

        public bool IsCut => Written > max;

        public void Write(byte[] bytes)
        {
            foreach (var b in bytes.Take(max - Math.Min(max, Written)))
                _bytes.Enqueue(b);
            Written += bytes.Length;
        }

        public byte[] Read(int max)
        {
            var bytes = new byte[Math.Min(max, _bytes.Count)];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = _bytes.Dequeue();
            return bytes;
        }

        public byte[]? ReadLine() => _bytes.Contains((byte)'\n') ? [.. ReadTo((byte)'\n')] : null;

        private IEnumerable<byte> ReadTo(byte end)
        {
            byte next;
            do
            {
                next = _bytes.Dequeue();
                yield return next;
            }
            while (next != end);
        }
    }
}
