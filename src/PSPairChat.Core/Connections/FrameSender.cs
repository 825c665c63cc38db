using System;
using System.Threading;

namespace PSPairChat.Connections;

/// <summary>Sends frames, each completely, or with the connection closed after a part of it. One thread at a time calls a method.</summary>
/// <param name="transport">The transport.</param>
/// <param name="lifecycle">The state of the connection.</param>
/// <param name="timeout">The time after which a send ends if the peer accepts no data.</param>
internal sealed class FrameSender(TransportConnection transport, ConnectionLifecycle lifecycle, TimeSpan timeout)
{
    // The time limit for what is sent without a caller that waits for it, such as the quit command.
    private static readonly TimeSpan ControlTimeout = TimeSpan.FromMilliseconds(100);

    private volatile ConnectionLostException? _error;
    private volatile bool _isFrameIncomplete;

    /// <summary>Gets the error of the first send that failed; null where none did.</summary>
    public ConnectionLostException? Error => _error;

    /// <summary>Gets a value that indicates whether a part of a frame is sent, and the rest never will be.</summary>
    public bool IsFrameIncomplete => _isFrameIncomplete;

    /// <summary>Waits until data can be sent without waiting.</summary>
    /// <returns>Whether it can be sent; false when the peer accepts no data in time, or another thread has closed the connection.</returns>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public bool WaitForSpace(int count, CancellationToken cancellationToken)
    {
        if (transport.PollWrite(count, 0))
            return true;
        var deadline = Deadline.After(timeout);
        while (!transport.PollWrite(count, deadline.NextWait))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (deadline.HasPassed || lifecycle.IsClosed)
                return false;
        }
        return true;
    }

    /// <summary>Sends all of the bytes.</summary>
    /// <returns>Whether they were sent; false for the reasons of <see cref="WaitForSpace"/>, or when <see cref="Error"/> occurred.</returns>
    /// <exception cref="OperationCanceledException">The send was canceled.</exception>
    public bool TrySend(ArraySegment<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            var sent = 0;
            while ((sent += transport.Send(bytes.Array!, bytes.Offset + sent, bytes.Count - sent)) < bytes.Count)
            {
                if (!WaitForSpace(bytes.Count - sent, cancellationToken))
                {
                    _isFrameIncomplete = true;
                    return false;
                }
                cancellationToken.ThrowIfCancellationRequested();
            }
            return true;
        }
        catch (ConnectionLostException e)
        {
            _error ??= e;
            return false;
        }
        catch (OperationCanceledException)
        {
            _isFrameIncomplete = true;
            throw;
        }
    }

    /// <summary>Sends all of the bytes, within a short time.</summary>
    /// <returns>Whether they were sent; false when the connection is lost, which the next receive detects.</returns>
    public bool TrySend(ArraySegment<byte> bytes)
    {
        var sent = 0;
        try
        {
            var deadline = Deadline.After(ControlTimeout);
            while ((sent += transport.Send(bytes.Array!, bytes.Offset + sent, bytes.Count - sent)) < bytes.Count)
            {
                if (!transport.PollWrite(bytes.Count - sent, deadline.NextWait) && deadline.HasPassed)
                    throw new ConnectionLostException(isTimeout: true, new TimeoutException("The peer accepts no data."));
            }
            return true;
        }
        catch (ConnectionLostException e)
        {
            _error ??= e;
            _isFrameIncomplete |= sent > 0;
            if (e.IsTimeout)
                lifecycle.SetClosing();
            return false;
        }
    }
}
