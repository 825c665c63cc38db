using System;
using System.Net;
using System.Net.Sockets;

namespace PSPairChat.Connections;

/// <summary>
/// Represents a byte stream to one peer. One thread at a time receives, and one at a time sends; the two may be different threads. No call waits longer than
/// it is told to.
/// </summary>
internal abstract class TransportConnection : IDisposable
{
    /// <summary>The result of <see cref="Receive"/> when nothing arrived in time.</summary>
    public const int WouldBlock = -1;

    /// <summary>The longest wait of one call, in milliseconds; a cancellation is noticed after that at the latest.</summary>
    public const int PollInterval = 50;

    private const int MaxDrainBytes = 1024 * 1024;

    public abstract EndPoint? LocalEndPoint { get; }

    public abstract EndPoint? RemoteEndPoint { get; }

    /// <summary>Gets how the connection is protected; null for a plain connection.</summary>
    public virtual ChatSecurity? Security => null;

    /// <summary>Gets the socket that is readable when there is something to receive; null where no socket shows that.</summary>
    public virtual Socket? Socket => null;

    /// <summary>Gets whether the peer has ended because it restarts.</summary>
    public virtual bool IsPeerRestarting => false;

    /// <summary>Receives the bytes that have arrived; waits for the first one.</summary>
    /// <param name="buffer">The buffer that receives the bytes.</param>
    /// <param name="offset">The index of the first byte in the buffer.</param>
    /// <param name="count">The maximum number of bytes.</param>
    /// <param name="milliseconds">The longest wait, from 0 through <see cref="PollInterval"/>.</param>
    /// <returns>The number of bytes; 0 when the peer sends no more; <see cref="WouldBlock"/> when nothing arrived in time.</returns>
    /// <exception cref="ConnectionLostException">The connection is lost, or disposed of.</exception>
    public abstract int Receive(byte[] buffer, int offset, int count, int milliseconds);

    /// <summary>Gets a value that indicates whether <see cref="Receive"/> returns or throws without waiting.</summary>
    public abstract bool IsReadable { get; }

    /// <summary>Waits until <see cref="Send"/> can make progress.</summary>
    /// <param name="count">The number of bytes to send.</param>
    /// <param name="milliseconds">The longest wait, from 0 through <see cref="PollInterval"/>.</param>
    /// <returns>Whether a send of that many bytes sends some of them, or fails; false when the time is up.</returns>
    public abstract bool PollWrite(int count, int milliseconds);

    /// <summary>
    /// Sends as many of the bytes as possible without waiting. The caller continues with the rest, without a change, or calls <see cref="Abort"/>.
    /// </summary>
    /// <returns>The number of bytes sent; 0 when none can be sent now.</returns>
    /// <exception cref="ConnectionLostException">The connection is lost, or disposed of.</exception>
    public abstract int Send(byte[] buffer, int offset, int count);

    /// <summary>Informs the peer that nothing more is sent: it receives the end of the stream. Never throws.</summary>
    public abstract void ShutdownSend();

    /// <summary>Releases memory that an idle connection does not need. No other thread may receive.</summary>
    public virtual void ReleaseBuffers()
    {
    }

    /// <summary>
    /// Discards what is unread and closes the connection. Closing with unread bytes would send a reset, and the peer could lose what it was sent last. No
    /// other thread may use the connection.
    /// </summary>
    public void CloseGracefully()
    {
        var scratch = new byte[4096];
        try
        {
            int count;
            for (var drained = 0; drained < MaxDrainBytes && (count = Receive(scratch, 0, scratch.Length, 0)) > 0;)
                drained += count;
        }
        catch (ConnectionLostException)
        {
            // There is no peer left that could lose anything.
        }
        Dispose();
    }

    /// <summary>
    /// Closes the connection so that the peer detects its loss: what was sent last is incomplete, and the end of the stream would complete it. No other thread
    /// may use the connection. Never throws.
    /// </summary>
    public abstract void Abort();

    /// <summary>Closes the connection; a pending call on another thread returns or throws.</summary>
    public abstract void Dispose();
}
