using System;
using System.Linq;
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

    private protected override object? ErrorTarget => ReferenceEquals(_session.Unresolved, NameTransformationAttribute.Null) ? null : _session.Unresolved ?? Session;

    /// <summary>Gets the session to act on.</summary>
    /// <exception cref="ChatException">SessionNotFound.</exception>
    private protected ChatSession GetSession() => GetSession(static () => SessionRegistry.Current.GetLatest());

    /// <summary>Gets the session to act on.</summary>
    /// <param name="getDefault">Gets the session if none is specified.</param>
    /// <exception cref="ChatException">SessionNotFound.</exception>
    private protected ChatSession GetSession(Func<ChatSession> getDefault)
    {
        if (_session.Unresolved is { } unresolved)
            throw CreateNotFoundException(unresolved);
        var session = Session ?? getDefault();
        session.TraceFrames = MyInvocation.BoundParameters.ContainsKey("Debug");
        return session;
    }

    /// <summary>Gets the session to act on, which must be open.</summary>
    /// <exception cref="ChatException">SessionNotFound or SessionClosed.</exception>
    private protected ChatSession GetOpenSession()
    {
        var session = GetSession();
        return session.IsCompleted ? throw new ChatException(ChatErrorReason.SessionClosed, $"The session '{session.Name}' is closed.") : session;
    }

    /// <summary>Gets the room in which a session is.</summary>
    /// <exception cref="ChatException">NotARoom.</exception>
    private protected static IRoomSession GetRoom(ChatSession session) => session as IRoomSession
        ?? throw new ChatException(ChatErrorReason.NotARoom, $"The session '{session.Name}' is not in a room.");

    private ChatException CreateNotFoundException(object unresolved)
    {
        const string Omit = "Specify the session, its Id or its Name, or omit -Session to use the session that was opened last.";
        if (ReferenceEquals(unresolved, NameTransformationAttribute.Null))
            return new(ChatErrorReason.SessionNotFound, "The value of -Session is null.") { RecommendedAction = Omit };
        if (unresolved is PSObject copy && copy.TypeNames.Any(name => name.StartsWith("Deserialized.PSPairChat.", StringComparison.Ordinal)))
        {
            return new(ChatErrorReason.SessionNotFound,
                "The value of -Session is a copy of a session of another process. A session can be used only in its own process.")
            {
                RecommendedAction = "Use Start-ThreadJob in place of Start-Job, or open the session in the job.",
            };
        }
        return _session.UnresolvedName is { Length: > 0 } name
            ? new(ChatErrorReason.SessionNotFound, $"No open session has the Id or Name '{name}'.")
            : new(ChatErrorReason.SessionNotFound, "The value of -Session is empty.") { RecommendedAction = Omit };
    }
}
