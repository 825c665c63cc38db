using System;

namespace PSPairChat.Connections;

/// <summary>
/// Represents the conversation that uses a <see cref="ChatConnection"/>: it provides the receive buffer and parses what is in it. Only the thread that holds
/// the read gate calls a member, except where stated.
/// </summary>
internal interface IConnectionHandler
{
    /// <summary>Gets the name of the peer, safe to display, for error messages. Any thread may call this.</summary>
    string PeerName { get; }

    /// <summary>Gets a value that indicates whether everything received has been read. Any thread may call this.</summary>
    bool IsEmpty { get; }

    /// <summary>Gets a value that indicates whether so much is unread that nothing more is received only to detect a close.</summary>
    bool IsFull { get; }

    /// <summary>Returns the free part of the receive buffer; never empty.</summary>
    ArraySegment<byte> GetBuffer();

    /// <summary>Returns when a pause ends what was received, so that a receive waits no longer; never where a pause has no meaning.</summary>
    Deadline GetIdleDeadline();

    /// <summary>Accepts bytes that were received into the buffer.</summary>
    void OnReceived(ArraySegment<byte> bytes);

    /// <summary>Called when nothing was received before the idle deadline.</summary>
    void OnIdle();

    /// <summary>Called when the peer has closed its end: no more bytes are received.</summary>
    void OnEndOfStream();

    /// <summary>
    /// Parses up to the next message, which stays unread, and processes everything before it. Closes the connection where the peer has quit or violated the
    /// protocol.
    /// </summary>
    /// <returns>Whether a message is unread.</returns>
    bool TryPeekMessage();

    /// <summary>Informs the peer that this end quits, as far as the protocol provides for it. The calling thread holds the write gate.</summary>
    void SendQuit();
}
