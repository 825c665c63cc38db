using System;

namespace PSPairChat.Connections;

/// <summary>
/// The rules of one end of a resumable connection: it counts and keeps what is sent, encodes what has to be transmitted next, decodes what is received, and
/// continues on another transport with what the peer lacks. Pure: no I/O and no clock. Not thread-safe.
/// </summary>
/// <param name="capacity">The maximum number of bytes to keep until the peer acknowledges them.</param>
internal sealed class ResumeProtocol(int capacity = ResumeProtocol.DefaultCapacity)
{
    /// <summary>The default maximum number of bytes to keep. With what is received in advance, a session takes less than 1 MiB.</summary>
    public const int DefaultCapacity = 512 * 1024;

    /// <summary>The largest number of bytes that <see cref="Encode"/> writes: one TLS record.</summary>
    public const int MaxOutputBytes = BufferPool.BufferBytes;

    private const int MaxDataBytes = MaxOutputBytes - 3 * ResumeRecord.HeaderBytes - ResumeRecord.CountBytes;
    private const int AcknowledgeInterval = 16 * 1024;

    private readonly ResumeBuffer _sent = new(capacity);
    private ResumeRecordDecoder _decoder = new();
    private long _transmitted;      // on this transport, or received by the peer before
    private long _reported;         // the number of received bytes that the peer was informed of
    private bool _mustAcknowledge;
    private bool _isEndTransmitted;

    /// <summary>Gets the number of bytes that this end has received since the session began.</summary>
    public long Received { get; private set; }

    /// <summary>Gets the number of bytes that this end has sent since the session began.</summary>
    public long Sent => _sent.Sent;

    /// <summary>Gets the number of bytes that the peer has acknowledged since the session began.</summary>
    public long Acknowledged => _sent.Acknowledged;

    /// <summary>Gets the number of bytes that were sent and not acknowledged.</summary>
    public int Unacknowledged => (int)(Sent - Acknowledged);

    /// <summary>Gets the number of bytes that were not transmitted on this transport, nor received before.</summary>
    public int Untransmitted => (int)(Sent - _transmitted);

    /// <summary>Gets the number of bytes that can be sent before the peer has to acknowledge some.</summary>
    public int Free => _sent.Free;

    /// <summary>Gets how this end has ended what it sends.</summary>
    public ResumeEnd LocalEnd { get; private set; }

    /// <summary>Gets how the peer has ended what it sends.</summary>
    public ResumeEnd PeerEnd { get; private set; }

    /// <summary>Gets whether everything that was sent was transmitted at least once on this transport, or received before.</summary>
    public bool IsTransmitted => _transmitted == Sent && (LocalEnd == ResumeEnd.None || _isEndTransmitted);

    /// <summary>Sends bytes; at most <see cref="Free"/>.</summary>
    public void Send(byte[] buffer, int offset, int count) => _sent.Add(buffer, offset, count);

    /// <summary>Ends what this end sends.</summary>
    public void End(ResumeEnd end)
    {
        if (LocalEnd == ResumeEnd.None)
            LocalEnd = end;
    }

    /// <summary>Acknowledges what was received with the next output.</summary>
    /// <param name="isHeartbeat">Whether to acknowledge although the peer is informed already.</param>
    public void Acknowledge(bool isHeartbeat) => _mustAcknowledge |= isHeartbeat || Received > _reported;

    /// <summary>Encodes what has to be transmitted next. Output must be transmitted completely before the next call.</summary>
    /// <param name="output">The array to write to, of at least <see cref="MaxOutputBytes"/>.</param>
    /// <returns>The number of bytes; 0 for none.</returns>
    public int Encode(byte[] output)
    {
        var index = 0;
        var data = Math.Min(Untransmitted, MaxDataBytes);
        // Before the data: a peer that receives a reply has received the acknowledgement of its own message.
        if (_mustAcknowledge || Received - _reported >= (data > 0 ? 1 : AcknowledgeInterval))
        {
            index = ResumeRecord.WriteAcknowledgement(output, index, Received);
            _mustAcknowledge = false;
            _reported = Received;
        }
        if (data > 0)
        {
            index = ResumeRecord.WriteHeader(output, index, data);
            _sent.CopyTo(_transmitted, output, index, data);
            index += data;
            _transmitted += data;
        }
        if (LocalEnd != ResumeEnd.None && !_isEndTransmitted && _transmitted == Sent)
        {
            index = ResumeRecord.WriteEnd(output, index, LocalEnd);
            _isEndTransmitted = true;
        }
        return index;
    }

    /// <summary>Decodes up to the next bytes of the conversation.</summary>
    /// <param name="input">The input.</param>
    /// <param name="start">The index of the first byte; advanced past those that were decoded.</param>
    /// <param name="end">The index after the last byte.</param>
    /// <param name="data">The bytes of the conversation, which are a part of the input.</param>
    /// <returns>Whether there are bytes; false if the input is used up.</returns>
    /// <exception cref="FormatException">The peer sent data after its end, or acknowledged what was not transmitted or what it had acknowledged before.</exception>
    public bool TryDecode(byte[] input, ref int start, int end, out ArraySegment<byte> data)
    {
        data = default;
        while (true)
        {
            switch (_decoder.Decode(input, ref start, end))
            {
                case ResumeRecordDecoder.Result.None:
                    return false;
                case ResumeRecordDecoder.Result.Data when PeerEnd == ResumeEnd.None:
                    data = _decoder.Data;
                    Received += data.Count;
                    return true;
                case ResumeRecordDecoder.Result.End:
                    PeerEnd = _decoder.End;
                    break;
                case ResumeRecordDecoder.Result.Acknowledgement when _decoder.AcknowledgedCount <= _transmitted && _sent.TryAcknowledge(_decoder.AcknowledgedCount):
                    break;
                default:
                    throw new FormatException($"The peer sent data after the end, or acknowledged {_decoder.AcknowledgedCount} bytes of {_transmitted}.");
            }
        }
    }

    /// <summary>Releases memory that is not needed while everything is acknowledged.</summary>
    public void ReleaseBuffer() => _sent.ReleaseBuffer();

    /// <summary>
    /// Continues on another transport. Both ends inform each other of what they have received before; bytes of the previous transport that were not decoded
    /// are discarded by the caller, and the peer sends them again.
    /// </summary>
    /// <param name="peerReceived">The number of bytes that the peer has received since the session began.</param>
    /// <returns>false if the peer lacks bytes that are no longer kept, or has received more than was sent.</returns>
    public bool TryResume(long peerReceived)
    {
        if (!_sent.TryAcknowledge(peerReceived))
            return false;
        _decoder = new ResumeRecordDecoder();
        _transmitted = peerReceived;
        _isEndTransmitted = false;
        _mustAcknowledge = false;
        _reported = Received;
        return true;
    }
}
