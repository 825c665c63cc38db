using System.Net;
using BenchmarkDotNet.Attributes;
using PSPairChat.Connections;

namespace PSPairChat.Bench;

/// <summary>A message out and its answer in, through a client session whose stream costs nothing: what the engine adds to a socket.</summary>
public class TurnBenchmark
{
    private readonly string _text = new('x', 32);
    private ClientSession _session = null!;

    [GlobalSetup]
    public void Open() => _session = ClientSession.FromConnection(new EchoStream(), new ChatOptions { Handle = "Chris" });

    [GlobalCleanup]
    public void Close() => _session.Dispose();

    [Benchmark]
    public ChatMessage? SendAndReceive()
    {
        _session.Send(_text);
        return _session.Receive();
    }

    private sealed class EchoStream : TransportConnection
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

        public override bool PollWrite(int milliseconds) => true;

        public override void Send(byte[] buffer, int offset, int count)
        {
            System.Buffer.BlockCopy(buffer, offset, _line, 0, count);
            _count = count;
        }

        public override void ShutdownSend()
        {
        }

        public override void Dispose()
        {
        }
    }
}
