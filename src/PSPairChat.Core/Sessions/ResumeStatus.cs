using System.Collections.Generic;
using System.Linq;
using PSPairChat.Connections;

namespace PSPairChat.Sessions;

/// <summary>What a conversation knows about its connection if it can be resumed: whether it is reconnecting, and which messages the peer has not acknowledged.</summary>
internal sealed class ResumeStatus
{
    private readonly ResumableConnection? _connection;
    private readonly Queue<(string Text, long End)> _sent = new();     // the position of the end of each message in the bytes sent

    public ResumeStatus(ChatSession session, TransportConnection transport)
    {
        _connection = transport as ResumableConnection;
        _connection?.SetReconnectingHandler(isReconnecting =>
            session.AddNotice(ChatNoticeKind.Presence, isReconnecting ? "Connection lost. Reconnecting..." : "Reconnected."));
    }

    /// <summary>Gets the state of a session whose conversation has not ended.</summary>
    public ChatSessionState State => _connection is { IsReconnecting: true } ? ChatSessionState.Reconnecting : ChatSessionState.Connected;

    /// <summary>Gets the messages that the peer has not acknowledged, oldest first; empty if the connection cannot be resumed.</summary>
    public string[] Unconfirmed
    {
        get
        {
            if (_connection is null)
                return [];
            lock (_sent)
            {
                RemoveConfirmed(_connection.SentBytes.Acknowledged);
                return _sent.Select(message => message.Text).ToArray();
            }
        }
    }

    /// <summary>Lets the end of the conversation inform the peer that this server restarts.</summary>
    /// <returns>Whether the peer will be informed; false if the connection cannot be resumed.</returns>
    public bool TryAnnounceRestart()
    {
        if (_connection is not null)
            _connection.EndReason = ResumeEnd.Restarting;
        return _connection is not null;
    }

    /// <summary>Sets the position in the log of the room up to which the messages are received.</summary>
    public void SetLogPosition(long position)
    {
        if (_connection is not null)
            _connection.LogPosition = position;
    }

    /// <summary>Adds a message that is sent next. One thread at a time sends.</summary>
    /// <param name="text">The message.</param>
    /// <param name="count">The number of bytes.</param>
    public void OnSending(string text, int count)
    {
        if (_connection is null)
            return;
        var (sent, acknowledged) = _connection.SentBytes;
        lock (_sent)
        {
            RemoveConfirmed(acknowledged);
            _sent.Enqueue((text, sent + count));
        }
    }

    private void RemoveConfirmed(long acknowledged)
    {
        while (_sent.Count > 0 && _sent.Peek().End <= acknowledged)
            _sent.Dequeue();
    }
}
