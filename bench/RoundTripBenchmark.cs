using System.Net;
using BenchmarkDotNet.Attributes;
using PSPairChat.Connections;

namespace PSPairChat.Bench;

/// <summary>Measures a message and its reply through a client session over an in-memory connection: the cost that the engine adds to a socket.</summary>
public class RoundTripBenchmark
{
    private readonly string _text = new('x', 32);
    private ClientSession _session = null!;

    [GlobalSetup]
    public void Connect() => _session = ClientSession.FromConnection(new EchoConnection(), new ChatOptions { Handle = "Chris" });

    [GlobalCleanup]
    public void Disconnect() => _session.Dispose();

    [Benchmark]
    public ChatMessage? SendAndReceive()
    {
        _session.Send(_text);
        return _session.Receive();
    }

    private sealed class EchoConnection : TransportConnection
    {
        private readonly byte[] _line = new byte[1024];
        private int _count;

        public override EndPoint? LocalEndPoint => null;

        public override EndPoint? RemoteEndPoint => null;

        public override bool IsReadable => false;

        public override int Receive(byte[] buffer, int offset, int count, int milliseconds)
        {
            if (_count == 0)
                return WouldBlock;
            System.Buffer.BlockCopy(_line, 0, buffer, offset, _count);
            var received = _count;
            _count = 0;
            return received;
        }

        public override bool PollWrite(int count, int milliseconds) => true;

        public override int Send(byte[] buffer, int offset, int count)
        {
            System.Buffer.BlockCopy(buffer, offset, _line, 0, count);
            return _count = count;
        }

        public override void ShutdownSend()
        {
        }

        public override void Abort()
        {
        }

        public override void Dispose()
        {
        }
    }
}
