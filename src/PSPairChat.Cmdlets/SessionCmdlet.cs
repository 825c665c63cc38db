using System;
using System.Management.Automation;
using PSPairChat.Rooms;

namespace PSPairChat.Cmdlets;

/// <summary>The base class of the cmdlets that act on a session.</summary>
public abstract class SessionCmdlet : ChatCmdlet
{
    private NamedArgument<ChatSession> _session;

    /// <summary>Specifies the session, its Id, or its Name. By default, the session that was opened last.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ChatSessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public virtual ChatSession? Session
    {
        get => _session.Value;
        set => _session = NamedArgument<ChatSession>.Bind(value);
    }

    private protected override object? ErrorTarget => SessionArgument.GetErrorTarget(_session);

    /// <summary>Gets the session to act on.</summary>
    /// <exception cref="ChatException">SessionNotFound.</exception>
    private protected ChatSession GetSession() => GetSession(static () => SessionRegistry.Current.GetLatest());

    /// <summary>Gets the session to act on.</summary>
    /// <param name="getDefault">Gets the session if none is specified.</param>
    /// <exception cref="ChatException">SessionNotFound.</exception>
    private protected ChatSession GetSession(Func<ChatSession> getDefault)
    {
        var session = SessionArgument.Get(_session, getDefault);
        session.TraceFrames = MyInvocation.BoundParameters.ContainsKey("Debug");
        return session;
    }

    /// <summary>Gets the session to act on, which must be open.</summary>
    /// <exception cref="ChatException">SessionNotFound or SessionClosed.</exception>
    private protected ChatSession GetOpenSession()
    {
        var session = GetSession();
        return session.IsCompleted ? throw session.CreateClosedException() : session;
    }

    /// <summary>Gets the room in which a session is.</summary>
    /// <exception cref="ChatException">NotARoom.</exception>
    private protected static IRoomSession GetRoom(ChatSession session) => session as IRoomSession
        ?? throw new ChatException(ChatErrorReason.NotARoom, $"The session '{session.Name}' is not in a room.");
}
