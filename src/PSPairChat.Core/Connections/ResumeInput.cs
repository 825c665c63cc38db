using System;

namespace PSPairChat.Connections;

/// <summary>
/// Receives what a transport delivers to a resumable connection, and decodes it. One thread at a time calls a method; the decoding methods also need the lock of
/// the protocol.
/// </summary>
/// <param name="protocol">The rules of the connection.</param>
internal sealed class ResumeInput(ResumeProtocol protocol)
{
    private const int MaxDecodedBytes = 256 * 1024;

    private readonly PendingOutput _decoded = new();    // in advance, to reach acknowledgements
    private byte[]? _bytes;
    private int _start;
    private int _end;

    /// <summary>Gets whether nothing that was received is unread. Any thread may ask.</summary>
    public bool IsEmpty => _decoded.Count == 0 && _start == _end;

    /// <summary>Gets whether nothing more is received in advance.</summary>
    public bool IsFull => _decoded.Count >= MaxDecodedBytes;

    /// <summary>Receives bytes of the transport. Everything received before is decoded.</summary>
    /// <returns>The result of <see cref="TransportConnection.Receive"/>.</returns>
    /// <exception cref="ConnectionLostException">The transport is lost.</exception>
    public int Receive(TransportConnection transport, int milliseconds)
    {
        _bytes ??= BufferPool.Rent();
        var received = transport.Receive(_bytes, 0, _bytes.Length, milliseconds);
        _start = 0;
        _end = Math.Max(0, received);
        return received;
    }

    /// <summary>Takes bytes of the conversation.</summary>
    /// <returns>The number of bytes; 0 if everything received is decoded.</returns>
    /// <exception cref="FormatException">The peer violated the protocol.</exception>
    public int Take(byte[] buffer, int offset, int count)
    {
        if (_decoded.Count > 0)
        {
            var bytes = _decoded.Bytes;
            count = Math.Min(count, bytes.Count);
            Buffer.BlockCopy(bytes.Array!, bytes.Offset, buffer, offset, count);
            _decoded.Remove(count);
            return count;
        }
        while (_start < _end)
        {
            if (!protocol.TryDecode(_bytes!, ref _start, Math.Min(_end, _start + count), out var data))
                continue;
            Buffer.BlockCopy(data.Array!, data.Offset, buffer, offset, data.Count);
            return data.Count;
        }
        return 0;
    }

    /// <summary>Decodes everything that was received, and keeps it for <see cref="Take"/>.</summary>
    /// <exception cref="FormatException">The peer violated the protocol.</exception>
    public void DecodeInAdvance()
    {
        while (_start < _end && protocol.TryDecode(_bytes!, ref _start, _end, out var data))
            _decoded.Add(data.Array!, data.Offset, data.Count);
    }

    /// <summary>Discards what is not decoded, before another transport is used: the peer sends it again.</summary>
    public void Reset() => _start = _end = 0;

    /// <summary>Releases the memory for what is received, if everything is decoded.</summary>
    public void ReleaseBuffer()
    {
        if (_bytes is null || _start < _end)
            return;
        BufferPool.Return(_bytes);
        _bytes = null;
    }
}
