using System;
using System.Net;

namespace PSPairChat.Connections;

/// <summary>
/// A stream of bytes to one peer, read by one thread and written by one thread at a time. Every wait is bounded: nothing here blocks for longer than
/// it is told to.
/// </summary>
internal abstract class TransportConnection : IDisposable
{
    /// <summary>What <see cref="Receive"/> gives when nothing came in time.</summary>
    public const int WouldBlock = -1;

    /// <summary>The longest wait in one call, in milliseconds: so long a stop may take to be noticed.</summary>
    public const int PollInterval = 50;

    private const int MaxDrainBytes = 1024 * 1024;

    public abstract EndPoint? LocalEndPoint { get; }

    public abstract EndPoint? RemoteEndPoint { get; }

    /// <summary>Receives what is there, waiting for the first byte.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="count">How many there may be.</param>
    /// <param name="milliseconds">How long to wait, 0 to <see cref="PollInterval"/>.</param>
    /// <returns>How many came; 0 at the peer's end of the stream; <see cref="WouldBlock"/> when nothing came in time.</returns>
    /// <exception cref="ConnectionLostException">The connection broke.</exception>
    public abstract int Receive(byte[] buffer, int offset, int count, int milliseconds);

    /// <summary>Whether <see cref="Receive"/> has something to give at once: bytes, an end or a break.</summary>
    public abstract bool IsReadable { get; }

    /// <summary>Waits until some bytes can be sent without blocking.</summary>
    /// <param name="milliseconds">How long to wait, 0 to <see cref="PollInterval"/>.</param>
    public abstract bool PollWrite(int milliseconds);

    /// <summary>Sends all of the bytes.</summary>
    /// <exception cref="ConnectionLostException">The connection broke.</exception>
    public abstract void Send(byte[] buffer, int offset, int count);

    /// <summary>Says that we send nothing more; the peer reads an end. Never throws.</summary>
    public abstract void ShutdownSend();

    /// <summary>Takes what is unread and ends the stream: closing with unread bytes sends a reset, and the peer may lose what we said last.</summary>
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
            // There is nobody left to be spared.
        }
        Dispose();
    }

    /// <summary>Ends the stream; whoever waits in it comes back.</summary>
    public abstract void Dispose();
}
