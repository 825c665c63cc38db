using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;

namespace PSPairChat.Connections;

/// <summary>Represents one end of a connection inside the process. For tests and benchmarks without a network.</summary>
internal sealed class InMemoryConnection : TransportConnection
{
    private readonly Pipe _incoming;
    private readonly Pipe _outgoing;

    private InMemoryConnection(Pipe incoming, Pipe outgoing)
    {
        _incoming = incoming;
        _outgoing = outgoing;
    }

    public override EndPoint? LocalEndPoint => null;

    public override EndPoint? RemoteEndPoint => null;

    public override bool IsReadable => _incoming.IsReadable;

    /// <summary>Creates both ends of a connection.</summary>
    /// <param name="maxReceiveBytes">The maximum number of bytes of one receive; a network may split what is sent, too.</param>
    /// <param name="capacity">The maximum number of bytes that are sent and not received, in each direction.</param>
    public static (InMemoryConnection Left, InMemoryConnection Right) CreatePair(int maxReceiveBytes = int.MaxValue, int capacity = int.MaxValue)
    {
        Pipe a = new(maxReceiveBytes, capacity), b = new(maxReceiveBytes, capacity);
        return (new InMemoryConnection(a, b), new InMemoryConnection(b, a));
    }

    public override int Receive(byte[] buffer, int offset, int count, int milliseconds) => _incoming.Read(buffer, offset, count, milliseconds);

    public override bool PollWrite(int count, int milliseconds) => _outgoing.PollWrite(milliseconds);

    public override int Send(byte[] buffer, int offset, int count) => _outgoing.Write(buffer, offset, count);

    public override void ShutdownSend() => _outgoing.Complete();

    /// <summary>Closes the connection as with a reset.</summary>
    public override void Abort()
    {
        _incoming.Abort();
        _outgoing.Abort();
    }

    public override void Dispose()
    {
        _outgoing.Complete();
        _incoming.Abort();
    }

    private sealed class Pipe(int maxReceiveBytes, int capacity)
    {
        private readonly Queue<byte> _bytes = new();
        private bool _completed;
        private bool _aborted;

        public bool IsReadable
        {
            get
            {
                lock (_bytes)
                    return _bytes.Count > 0 || _completed || _aborted;
            }
        }

        public bool PollWrite(int milliseconds)
        {
            lock (_bytes)
            {
                if (_bytes.Count >= capacity && !_completed && !_aborted)
                    Monitor.Wait(_bytes, milliseconds);
                return _bytes.Count < capacity || _completed || _aborted;
            }
        }

        public int Read(byte[] buffer, int offset, int count, int milliseconds)
        {
            lock (_bytes)
            {
                if (_bytes.Count == 0 && !_completed && !_aborted)
                    Monitor.Wait(_bytes, milliseconds);
                if (_aborted)
                    throw new ConnectionLostException(isTimeout: false, cause: null);
                var received = Math.Min(Math.Min(count, maxReceiveBytes), _bytes.Count);
                for (var i = 0; i < received; i++)
                    buffer[offset + i] = _bytes.Dequeue();
                if (received > 0)
                    Monitor.PulseAll(_bytes);
                return received > 0 ? received : _completed ? 0 : WouldBlock;
            }
        }

        public int Write(byte[] buffer, int offset, int count)
        {
            lock (_bytes)
            {
                if (_aborted || _completed)
                    throw new ConnectionLostException(isTimeout: false, cause: null);
                var sent = Math.Min(count, capacity - _bytes.Count);
                for (var i = 0; i < sent; i++)
                    _bytes.Enqueue(buffer[offset + i]);
                Monitor.PulseAll(_bytes);
                return sent;
            }
        }

        public void Complete() => Set(ref _completed);

        public void Abort() => Set(ref _aborted);

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
