namespace PSPairChat.Connections;

/// <summary>Sends on a transport what a resumable connection has to transmit. One thread at a time calls a method.</summary>
/// <param name="protocol">The rules of the connection.</param>
internal sealed class ResumeOutput(ResumeProtocol protocol)
{
    private byte[]? _bytes;
    private int _start;
    private int _end;

    /// <summary>Gets whether everything was sent.</summary>
    public bool IsEmpty => _start == _end && protocol.IsTransmitted;

    /// <summary>Gets whether a send has failed. What was received before the loss can still be read from the transport.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Gets the number of encoded bytes that were not sent.</summary>
    public int Count => _end - _start;

    /// <summary>Sends as much as possible without waiting.</summary>
    /// <returns>Whether anything was sent.</returns>
    public bool Pump(TransportConnection transport)
    {
        var hasSent = false;
        try
        {
            while (!HasFailed && (_start < _end || TryEncode()))
            {
                var sent = transport.Send(_bytes!, _start, _end - _start);
                if (sent == 0)
                    break;
                _start += sent;
                hasSent = true;
            }
        }
        catch (ConnectionLostException)
        {
            HasFailed = true;
        }
        return hasSent;
    }

    /// <summary>Discards what was not sent, before another transport is used.</summary>
    public void Reset()
    {
        _start = _end = 0;
        HasFailed = false;
    }

    /// <summary>Releases the memory for what is encoded, if everything was sent.</summary>
    public void ReleaseBuffer()
    {
        if (_bytes is null || _start < _end)
            return;
        BufferPool.Return(_bytes);
        _bytes = null;
    }

    private bool TryEncode()
    {
        _start = 0;
        _bytes ??= BufferPool.Rent();
        _end = protocol.Encode(_bytes);
        return _end > 0;
    }
}
