using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;
using PSPairChat.Connections;

namespace PSPairChat.Sessions;

/// <summary>
/// Receives from several sessions on the calling thread. It waits for all of their sockets at once; a session without one, such as a server without a client, is
/// checked after each poll interval.
/// </summary>
internal sealed class SessionSelector
{
    private readonly List<ChatSession> _sessions;
    private readonly Queue<ChatSession> _ready;     // these may have a message
    private readonly Dictionary<Socket, ChatSession> _sessionsBySocket = [];
    private readonly List<Socket> _sockets = [];

    /// <param name="sessions">The sessions.</param>
    public SessionSelector(IEnumerable<ChatSession> sessions)
    {
        _sessions = [.. sessions];
        _ready = new Queue<ChatSession>(_sessions);
    }

    /// <summary>Gets the sessions to receive from.</summary>
    public IReadOnlyList<ChatSession> Sessions => _sessions;

    /// <summary>Waits for the next message of any session, or the end of a conversation. The sessions take turns.</summary>
    /// <param name="predicate">The condition; null for any message. Other messages are deferred.</param>
    /// <param name="deadline">The time limit.</param>
    /// <param name="waitOnOwnTurn">Whether to wait although it is this end's turn to send in every session.</param>
    /// <param name="cancellationToken">Cancels the wait within 100 ms.</param>
    /// <param name="session">The session of the result; null where the result concerns all.</param>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public ReceiveResult TryReceive(
        Predicate<ChatMessage>? predicate, Deadline deadline, bool waitOnOwnTurn, CancellationToken cancellationToken, out ChatSession? session)
    {
        while (true)
        {
            while (_ready.Count > 0)
            {
                session = _ready.Dequeue();
                var result = TryReceive(session, predicate, cancellationToken);
                if (result.Outcome == ReceiveOutcome.TimedOut)
                    continue;
                _ready.Enqueue(session);
                return result;
            }
            session = null;
            if (deadline.HasPassed)
                return new ReceiveResult(ReceiveOutcome.TimedOut);
            if (!waitOnOwnTurn && _sessions.TrueForAll(s => s.CurrentTurn == ChatTurn.Mine))
                return new ReceiveResult(ReceiveOutcome.YourTurn);
            cancellationToken.ThrowIfCancellationRequested();
            Wait(deadline.NextWait, cancellationToken);
        }
    }

    /// <summary>Removes a session: nothing more is received from it.</summary>
    public void Remove(ChatSession session)
    {
        _sessions.Remove(session);
        for (var count = _ready.Count; count > 0; count--)
        {
            if (_ready.Dequeue() is var ready && ready != session)
                _ready.Enqueue(ready);
        }
    }

    private static ReceiveResult TryReceive(ChatSession session, Predicate<ChatMessage>? predicate, CancellationToken cancellationToken)
    {
        try
        {
            return session.TryReceive(predicate, TimeSpan.Zero, waitOnOwnTurn: true, cancellationToken);
        }
        catch (ChatException e) when (e.Reason == ChatErrorReason.SessionClosed)
        {
            // Another thread has closed the session.
            return new ReceiveResult(ReceiveOutcome.Ended);
        }
    }

    private void Wait(int milliseconds, CancellationToken cancellationToken)
    {
        _sessionsBySocket.Clear();
        _sockets.Clear();
        foreach (var session in _sessions)
        {
            if (session.ReceiveSocket is { } socket)
            {
                _sessionsBySocket[socket] = session;
                _sockets.Add(socket);
            }
        }
        if (_sockets.Count == 0)
            cancellationToken.WaitHandle.WaitOne(milliseconds);
        else if (!TrySelect(milliseconds))
            _sessionsBySocket.Clear();
        foreach (var socket in _sockets)
        {
            if (_sessionsBySocket.TryGetValue(socket, out var session))
                _ready.Enqueue(session);
        }
        foreach (var session in _sessions)
        {
            if (session.ReceiveSocket is not { } socket || !_sessionsBySocket.ContainsKey(socket))
                _ready.Enqueue(session);
        }
    }

    // Removes the sockets that are not readable from the list.
    private bool TrySelect(int milliseconds)
    {
        try
        {
            Socket.Select(_sockets, null, null, milliseconds * 1000);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Another thread has closed a session.
            return false;
        }
    }
}
