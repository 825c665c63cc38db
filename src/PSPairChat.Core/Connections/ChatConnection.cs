using System;
using System.Net.Sockets;
using System.Threading;

namespace PSPairChat.Connections;

/// <summary>
/// Shares one <see cref="TransportConnection"/> between the threads of a conversation: one thread at a time receives, and one sends. There is no reader
/// thread: the thread that asks for a message receives it. Closing signals and never waits for a receiver; the last user disposes of the _transport.
/// </summary>
/// <remarks>
/// Lock order: deferred messages, read gate, write gate, state. No thread waits while it holds the state lock, and a gate that is taken against this order is
/// only tried.
/// </remarks>
internal sealed class ChatConnection
{
    private static readonly TimeSpan QuitTimeout = TimeSpan.FromMilliseconds(100);

    private readonly object _readGate = new();
    private readonly object _writeGate = new();
    private readonly TransportConnection _transport;
    private readonly IConnectionHandler _handler;
    private readonly TimeSpan _sendTimeout;
    private readonly FrameSender _sender;
    private ConnectionLostException? _receiveError;

    /// <param name="transport">The _transport.</param>
    /// <param name="handler">The conversation that uses the connection.</param>
    /// <param name="sendTimeout">The time after which a send fails if the peer accepts no data.</param>
    public ChatConnection(TransportConnection transport, IConnectionHandler handler, TimeSpan sendTimeout)
    {
        _transport = transport;
        _handler = handler;
        _sendTimeout = sendTimeout;
        _sender = new FrameSender(transport, Lifecycle, sendTimeout);
    }

    /// <summary>Gets the state of the connection and why the conversation ended.</summary>
    public ConnectionLifecycle Lifecycle { get; } = new();

    /// <summary>Gets the socket that is readable when there is something to receive; null where no socket shows that.</summary>
    public Socket? Socket => _transport.Socket;

    /// <summary>Takes the read gate; follow a success with <see cref="ExitRead"/>.</summary>
    /// <returns>Whether the gate was taken; false when the deadline has passed or the transport is disposed of.</returns>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public bool TryEnterRead(Deadline deadline, CancellationToken cancellationToken) => TryEnter(_readGate, deadline, cancellationToken);

    public void ExitRead() => Exit(_readGate);

    /// <summary>Takes the write gate; follow it with <see cref="ExitWrite"/>.</summary>
    /// <exception cref="ChatException">PeerQuit, PeerDisconnected or SessionClosed: the transport is disposed of.</exception>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public void EnterWrite(CancellationToken cancellationToken)
    {
        if (!TryEnter(_writeGate, Deadline.Never, cancellationToken))
            throw CreateClosedException();
    }

    public void ExitWrite() => Exit(_writeGate);

    /// <summary>Receives into the handler's buffer. The calling thread holds the read gate.</summary>
    /// <returns>Whether there is something new: bytes, a pause, the end, or that another thread has closed; false when the deadline has passed.</returns>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public bool Receive(Deadline deadline, CancellationToken cancellationToken)
    {
        while (!ReceiveOnce(deadline.NextWait) && !Lifecycle.IsClosed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (deadline.HasPassed)
                return false;
        }
        return true;
    }

    /// <summary>Parses up to the next message. Without one, a closing connection is closed. The calling thread holds the read gate.</summary>
    /// <returns>Whether a message is unread.</returns>
    public bool TryPeekMessage()
    {
        if (!Lifecycle.IsClosed && _handler.TryPeekMessage())
            return true;
        if (Lifecycle.State == ConnectionState.Closing)
        {
            var cause = _sender.Error ?? _receiveError;
            var reason = cause switch
            {
                null => _transport.IsPeerRestarting ? ChatCloseReason.PeerRestarting : ChatCloseReason.PeerQuit,
                { IsTimeout: true } => ChatCloseReason.TimedOut,
                _ => ChatCloseReason.PeerDisconnected,
            };
            SetClosed(reason, cause is null ? null : CreateConnectionLostException(cause));
        }
        return false;
    }

    /// <summary>Receives what is there, without waiting, to detect a close of the peer.</summary>
    public ConnectionState Poll()
    {
        if (Lifecycle.IsClosed || !Lifecycle.TryAddReference())
            return Lifecycle.State;
        try
        {
            return PollWithReference();
        }
        finally
        {
            ReleaseReference();
        }
    }

    /// <summary>Verifies that data can be sent. The calling thread holds the write gate.</summary>
    /// <exception cref="ChatException">PeerQuit, PeerDisconnected or SessionClosed.</exception>
    public void ThrowIfNotOpen()
    {
        if (PollWithReference() != ConnectionState.Open)
            throw CreateClosedException();
    }

    /// <summary>Waits until data can be sent without waiting. The calling thread holds the write gate.</summary>
    /// <param name="count">The number of bytes to send.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ChatException">SendTimedOut, or PeerQuit, PeerDisconnected or SessionClosed: another thread has closed the connection.</exception>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public void WaitForSendBuffer(int count, CancellationToken cancellationToken)
    {
        if (!_sender.WaitForSpace(count, cancellationToken))
            throw Lifecycle.IsClosed ? CreateClosedException() : CreateSendTimeoutException();
    }

    /// <summary>
    /// Sends all of the bytes. If that is canceled or times out, the connection is closed, so that the peer does not take a part of a message for a message.
    /// The calling thread holds the write gate.
    /// </summary>
    /// <exception cref="ChatException">SendTimedOut, PeerQuit, PeerDisconnected or SessionClosed.</exception>
    /// <exception cref="OperationCanceledException">The send was canceled.</exception>
    public void Send(ArraySegment<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            if (_sender.TrySend(bytes, cancellationToken))
                return;
        }
        catch (OperationCanceledException)
        {
            Lifecycle.TrySetClosed(ChatCloseReason.LocalQuit, null);
            throw;
        }
        // What was received before is delivered before the end is.
        if (_sender.Error is { } error)
            throw PollWithReference() >= ConnectionState.Closed ? CreateClosedException() : CreateConnectionLostException(error);
        var timeout = CreateSendTimeoutException();
        throw Lifecycle.TrySetClosed(ChatCloseReason.TimedOut, timeout) ? timeout : CreateClosedException();
    }

    /// <summary>Sends all of the bytes, within a short time. The calling thread holds the write gate.</summary>
    /// <returns>Whether they were sent; false when the connection is lost, which the next receive detects.</returns>
    public bool TrySend(ArraySegment<byte> bytes) => _sender.TrySend(bytes);

    /// <summary>Informs the peer, if the conversation has not ended yet, and closes this end. Waits for no receiver.</summary>
    /// <param name="reason">Why the conversation ends.</param>
    /// <param name="sendQuit">Whether to send what the protocol ends a conversation with.</param>
    public void Close(ChatCloseReason reason, bool sendQuit = true)
    {
        if (!Lifecycle.TryAddReference())
            return;
        try
        {
            ShutdownSend(QuitTimeout, sendQuit: Lifecycle.TrySetClosed(reason, null) && sendQuit);
        }
        finally
        {
            ReleaseReference();
        }
    }

    /// <summary>Ends the conversation for what was received.</summary>
    public void SetClosed(ChatCloseReason reason, ChatException? error)
    {
        if (Lifecycle.TrySetClosed(reason, error))
            ShutdownSend(TimeSpan.Zero, sendQuit: false);
    }

    /// <summary>Creates the exception for a call that needs an open connection.</summary>
    public ChatException CreateClosedException() => Lifecycle.CloseReason switch
    {
        ChatCloseReason.LocalQuit or ChatCloseReason.Stopped => new ChatException(ChatErrorReason.SessionClosed, "The connection is closed."),
        ChatCloseReason.PeerQuit => new ChatException(ChatErrorReason.PeerQuit, $"{_handler.PeerName} closed the connection."),
        ChatCloseReason.PeerRestarting => new ChatException(ChatErrorReason.PeerQuit, $"{_handler.PeerName} is restarting."),
        ChatCloseReason.Removed => new ChatException(ChatErrorReason.PeerQuit, $"{_handler.PeerName} has removed this member."),
        null when _receiveError is null => new ChatException(
            ChatErrorReason.PeerQuit, $"{_handler.PeerName} closed the connection. Messages received before that are still unread."),
        null => CreateConnectionLostException(_receiveError),
        _ => Lifecycle.CloseError!,
    };

    private bool ReceiveOnce(int milliseconds)
    {
        var buffer = _handler.GetBuffer();
        var idleDeadline = _handler.GetIdleDeadline();
        try
        {
            var count = _transport.Receive(buffer.Array!, buffer.Offset, buffer.Count, idleDeadline.RemainingMilliseconds(milliseconds));
            if (count == TransportConnection.WouldBlock)
            {
                if (!idleDeadline.HasPassed)
                    return false;
                _handler.OnIdle();
                return true;
            }
            if (count > 0)
            {
                _handler.OnReceived(new ArraySegment<byte>(buffer.Array!, buffer.Offset, count));
                return true;
            }
            _handler.OnEndOfStream();
        }
        catch (ConnectionLostException e)
        {
            _receiveError = e;
        }
        Lifecycle.SetClosing();
        return true;
    }

    private ConnectionState PollWithReference()
    {
        // A thread that holds the read gate detects the close itself.
        if (!Lifecycle.IsClosed && (!_handler.IsEmpty || _transport.IsReadable) && Monitor.TryEnter(_readGate))
        {
            try
            {
                // The end may follow messages that are still unread; IsFull limits how much a peer that floods makes this end buffer.
                while (Lifecycle.State == ConnectionState.Open && !_handler.IsFull && ReceiveOnce(0))
                    _handler.TryPeekMessage();
                TryPeekMessage();
            }
            finally
            {
                Monitor.Exit(_readGate);
            }
        }
        return Lifecycle.State;
    }

    // While another thread is sending, this would complete a part of a frame. That thread detects the close and releases its reference.
    private void ShutdownSend(TimeSpan timeout, bool sendQuit)
    {
        if (!Monitor.TryEnter(_writeGate, timeout))
            return;
        try
        {
            if (sendQuit && !_sender.IsFrameIncomplete && _transport.PollWrite(1, 0))
                _handler.SendQuit();
            if (!_sender.IsFrameIncomplete)
                _transport.ShutdownSend();
        }
        finally
        {
            Monitor.Exit(_writeGate);
        }
    }

    private ChatException CreateConnectionLostException(ConnectionLostException cause) =>
        new(ChatErrorReason.PeerDisconnected, $"Connection to {_handler.PeerName} lost: {cause.Message}", cause);

    private ChatException CreateSendTimeoutException() => new(ChatErrorReason.SendTimedOut,
        $"Sending to {_handler.PeerName} timed out. No data was accepted for {_sendTimeout.TotalSeconds:0.###} seconds.");

    private bool TryEnter(object gate, Deadline deadline, CancellationToken cancellationToken)
    {
        if (!Lifecycle.TryAddReference())
            return false;
        var entered = false;
        try
        {
            return entered = deadline.TryEnter(gate, cancellationToken);
        }
        finally
        {
            if (!entered)
                ReleaseReference();
        }
    }

    private void Exit(object gate)
    {
        Monitor.Exit(gate);
        ReleaseReference();
    }

    private void ReleaseReference()
    {
        if (!Lifecycle.ReleaseReference())
            return;
        if (_sender.IsFrameIncomplete)
            _transport.Abort();
        else
            _transport.CloseGracefully();
    }
}
