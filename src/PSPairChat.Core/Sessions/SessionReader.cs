using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using PSPairChat.Connections;

namespace PSPairChat.Sessions;

/// <summary>
/// Raises the events of a session on a thread of its own. It receives messages only while the event MessageReceived has subscribers; otherwise, it only detects
/// the end of the conversation, and messages remain unread.
/// </summary>
internal sealed class SessionReader : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(TransportConnection.PollInterval);

    private readonly ChatSession _session;
    private readonly SessionEvents _events;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopToken;
    private readonly Thread _thread;
    private Dictionary<object, ChatPeer> _peers = [];   // those for which PeerConnected was raised
    private int? _presenceVersion;
    private ChatSessionState _state;

    private SessionReader(ChatSession session, SessionEvents events)
    {
        _session = session;
        _events = events;
        _stopToken = _stop.Token;
        _thread = new Thread(Run) { IsBackground = true, Name = $"Events of {session.Name}" };
    }

    private bool IsClosed => _session.State == ChatSessionState.Closed && (_session.IsCompleted || _events.MessageReceived is null) && !_session.HasDeferredMessages;

    public bool IsCurrentThread => Thread.CurrentThread == _thread;

    public static SessionReader Start(ChatSession session, SessionEvents events)
    {
        var reader = new SessionReader(session, events);
        reader._thread.Start();
        return reader;
    }

    /// <summary>Ends the reader, and waits for its thread unless it is the current one.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        if (!IsCurrentThread)
            _thread.Join(StopTimeout);
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!IsClosed)
            {
                _stopToken.ThrowIfCancellationRequested();
                UpdatePeers();
                if (_events.MessageReceived is null)
                    PollForClose();
                else
                    Receive();
            }
            UpdatePeers();
            _events.Raise(_events.Closed, EventArgs.Empty);
        }
        catch (OperationCanceledException)
        {
            // The last subscriber was removed.
        }
    }

    private void PollForClose()
    {
        _session.Refresh();
        _stopToken.WaitHandle.WaitOne(PollInterval);
    }

    private void Receive()
    {
        if (!_session.WaitForPeer(PollInterval, _stopToken))
            return;
        UpdatePeers();
        try
        {
            EventHandler<ChatMessageEventArgs>? subscribers = null;
            // A message remains unread if the last subscriber was removed in the meantime.
            var result = _session.TryReceive(_ => (subscribers = _events.MessageReceived) is not null, PollInterval, waitOnOwnTurn: true, _stopToken);
            if (result.Message is not { } message)
                return;
            if (_session is RoomSession)
                UpdatePeers();
            _events.Raise(subscribers, new ChatMessageEventArgs(message));
        }
        catch (ChatException)
        {
            // The session was closed, or as many messages are unread as are kept.
            PollForClose();
        }
    }

    private void UpdatePeers()
    {
        var (version, state) = (_session.PresenceVersion, _session.State);
        if (_presenceVersion == version && _state == state)
            return;
        (_presenceVersion, _state) = (version, state);
        var peers = GetPeers();
        var previous = _peers;
        _peers = peers;
        foreach (var peer in previous.Where(p => !peers.ContainsKey(p.Key)))
            _events.Raise(_events.PeerDisconnected, new ChatPeerEventArgs(peer.Value));
        foreach (var peer in peers.Where(p => !previous.ContainsKey(p.Key)))
            _events.Raise(_events.PeerConnected, new ChatPeerEventArgs(peer.Value));
    }

    private Dictionary<object, ChatPeer> GetPeers()
    {
        if (_session is RoomSession room)
        {
            return _session.IsCompleted ? [] : room.Members.ToDictionary(
                m => (object)(m.Handle, m.ConnectedAt), m => new ChatPeer(m.RemoteEndPoint, "Room", m.ConnectedAt) { Handle = m.Handle });
        }
        return _session.Peer is { } peer ? new() { [peer] = peer } : [];
    }
}
