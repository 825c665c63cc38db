using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;

namespace PSPairChat.Connections;

/// <summary>One end of a stream inside the process; what the other end sends is received here. For tests without a network.</summary>
internal sealed class InMemoryConnection : TransportConnection
{
    private readonly Pipe _in;
    private readonly Pipe _out;

    private InMemoryConnection(Pipe incoming, Pipe outgoing)
    {
        _in = incoming;
        _out = outgoing;
    }

    public override EndPoint? LocalEndPoint => null;

    public override EndPoint? RemoteEndPoint => null;

    public override bool IsReadable => _in.IsReadable;

    /// <summary>Makes both ends of a stream.</summary>
    /// <param name="chunk">The most bytes that one receive gives, as a network may split them.</param>
    public static (InMemoryConnection Left, InMemoryConnection Right) CreatePair(int chunk = int.MaxValue)
    {
        Pipe a = new(chunk), b = new(chunk);
        return (new InMemoryConnection(a, b), new InMemoryConnection(b, a));
    }

    public override int Receive(byte[] buffer, int offset, int count, int milliseconds) => _in.Read(buffer, offset, count, milliseconds);

    public override bool PollWrite(int milliseconds) => true;

    public override void Send(byte[] buffer, int offset, int count) => _out.Write(buffer, offset, count);

    public override void ShutdownSend() => _out.Complete();

    /// <summary>Breaks the stream as a reset does.</summary>
    public void SimulateConnectionLoss()
    {
        _in.Abort();
        _out.Abort();
    }

    public override void Dispose()
    {
        _out.Complete();
        _in.Abort();
    }

    private sealed class Pipe(int chunk)
    {
        private readonly Queue<byte> _bytes = new();
        private bool _ended;
        private bool _broken;

        public bool IsReadable
        {
            get
            {
                lock (_bytes)
                    return _bytes.Count > 0 || _ended || _broken;
            }
        }

        public int Read(byte[] buffer, int offset, int count, int milliseconds)
        {
            lock (_bytes)
            {
                if (_bytes.Count == 0 && !_ended && !_broken)
                    Monitor.Wait(_bytes, milliseconds);
                if (_broken)
                    throw new ConnectionLostException(isTimeout: false, cause: null);
                var taken = Math.Min(Math.Min(count, chunk), _bytes.Count);
                for (var i = 0; i < taken; i++)
                    buffer[offset + i] = _bytes.Dequeue();
                return taken > 0 ? taken : _ended ? 0 : WouldBlock;
            }
        }

        public void Write(byte[] buffer, int offset, int count)
        {
            lock (_bytes)
            {
                if (_broken || _ended)
                    throw new ConnectionLostException(isTimeout: false, cause: null);
                for (var i = 0; i < count; i++)
                    _bytes.Enqueue(buffer[offset + i]);
                Monitor.PulseAll(_bytes);
            }
        }

        public void Complete() => Set(ref _ended);

        public void Abort() => Set(ref _broken);

        private void Set(ref bool flag)
        {
            lock (_bytes)
            {
                flag = true;
                Monitor.PulseAll(_bytes);
            }
        }
    }
}
