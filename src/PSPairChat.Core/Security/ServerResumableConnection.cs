using System;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>The server's end of a session that can be resumed.</summary>
internal sealed class ServerResumableConnection : ResumableConnection
{
    /// <summary>Creates the end of a new session.</summary>
    public ServerResumableConnection(TransportConnection transport, ResumeOptions options, ResumeToken token)
        : base(transport, options, reconnect: null) => Token = token;

    /// <summary>Creates the end of a session that another server has begun.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="options">The time limits.</param>
    /// <param name="session">The session.</param>
    /// <param name="state">What the client has received from the other server.</param>
    public ServerResumableConnection(TransportConnection transport, ResumeOptions options, SharedSession session, ResumeState state)
        : base(transport, options, reconnect: null, GetReceived(session, state))
    {
        Token = session.Token;
        Origin = session;
        FirstReceived = GetReceived(session, state);
        LogPosition = state.LogPosition;
    }

    /// <summary>Gets the token of the session.</summary>
    public ResumeToken Token { get; }

    /// <summary>Gets the session that another server has begun; null if this server has begun it.</summary>
    public SharedSession? Origin { get; }

    /// <summary>Gets the number of bytes that the client has sent to another server.</summary>
    public long FirstReceived { get; }

    /// <summary>Gets the number of bytes of the client that need not be sent again: what the log contains, and what the client does not keep any more.</summary>
    public static long GetReceived(SharedSession session, ResumeState state) => Math.Max(session.Received, state.Acknowledged);
}
