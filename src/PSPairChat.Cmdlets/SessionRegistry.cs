using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace PSPairChat.Cmdlets;

/// <summary>The open sessions of one runspace. They are closed when the runspace closes.</summary>
internal sealed class SessionRegistry
{
    private const int MaxHosts = 100;
    private static readonly ConditionalWeakTable<Runspace, SessionRegistry> Registries = new();

    private readonly List<ChatSession> _sessions = [];
    private readonly List<string> _hosts = [];
    private int _lastId;

    /// <summary>Gets the registry of the runspace of the current thread.</summary>
    public static SessionRegistry Current => Registries.GetValue(Runspace.DefaultRunspace, CreateRegistry);

    /// <summary>Gets the sessions that are not completed, in the order in which they were opened.</summary>
    public IReadOnlyList<ChatSession> Sessions
    {
        get
        {
            lock (_sessions)
            {
                _sessions.RemoveAll(s => s.IsCompleted);
                return _sessions.ToArray();
            }
        }
    }

    /// <summary>Gets the hosts to which sessions were connected, the most recent one first.</summary>
    public IReadOnlyList<string> Hosts
    {
        get
        {
            lock (_sessions)
                return _hosts.ToArray();
        }
    }

    /// <summary>Adds a session: assigns an Id, and a Name if it has none.</summary>
    public void Add(ChatSession session)
    {
        lock (_sessions)
        {
            session.Id = ++_lastId;
            if (session.Name.Length == 0)
                session.Name = "Chat" + session.Id.ToString(CultureInfo.InvariantCulture);
            _sessions.Add(session);
            if (session.Role == ChatRole.Client)
                AddHost(session.HostName);
        }
    }

    /// <summary>Verifies a name for a new session: it must identify this session only.</summary>
    /// <returns>The name.</returns>
    /// <exception cref="ChatException">SessionNameInvalid.</exception>
    public string ThrowIfInvalidName(string name)
    {
        if (int.TryParse(name, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
            throw new ChatException(ChatErrorReason.SessionNameInvalid, $"The session name '{name}' is a number, which would be mistaken for an Id.");
        if (WildcardPattern.ContainsWildcardCharacters(name))
            throw new ChatException(ChatErrorReason.SessionNameInvalid, $"The session name '{name}' contains a wildcard character.");
        if (Find(name) is not null)
            throw new ChatException(ChatErrorReason.SessionNameInvalid, $"An open session already has the name '{name}'.");
        return name;
    }

    /// <summary>Finds the session that is specified by a session, an Id, or a Name; null if no open session has the Id or Name.</summary>
    public ChatSession? Find(object value)
    {
        if (value is ChatSession session)
            return session;
        var text = string.Format(CultureInfo.InvariantCulture, "{0}", value);
        return Sessions.LastOrDefault(s =>
            text == s.Id.ToString(CultureInfo.InvariantCulture) || string.Equals(text, s.Name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Gets the session that was opened last.</summary>
    /// <exception cref="ChatException">SessionNotFound.</exception>
    public ChatSession GetLatest()
    {
        // Nearly every cmdlet call reads this; unlike Sessions, it copies nothing.
        lock (_sessions)
        {
            while (_sessions.Count > 0 && _sessions[_sessions.Count - 1].IsCompleted)
                _sessions.RemoveAt(_sessions.Count - 1);
            return _sessions.Count > 0 ? _sessions[_sessions.Count - 1] : throw CreateNotFoundException("No session is open.", "Open a session with Connect-ChatServer or Start-ChatServer.");
        }
    }

    /// <summary>Gets the server or room that was started last.</summary>
    /// <exception cref="ChatException">SessionNotFound.</exception>
    public ChatSession GetLatestServer() => Sessions.LastOrDefault(s => s.Role != ChatRole.Client) 
        ?? throw CreateNotFoundException("No server is running.", "Start a server with Start-ChatServer.");

    /// <summary>Gets the session in a room that was opened last.</summary>
    /// <typeparam name="TRoom">The kind of session.</typeparam>
    /// <exception cref="ChatException">SessionNotFound.</exception>
    public ChatSession GetLatestRoom<TRoom>() => Sessions.LastOrDefault(s => s is TRoom) 
        ?? throw CreateNotFoundException("No room is open.", "Start a room with Start-ChatServer -Room, or join one with Connect-ChatServer -Room.");

    /// <summary>Closes all sessions.</summary>
    public void CloseAll()
    {
        foreach (var session in Sessions)
            session.Dispose();
    }

    private void AddHost(string host)
    {
        _hosts.RemoveAll(h => string.Equals(h, host, StringComparison.OrdinalIgnoreCase));
        _hosts.Insert(0, host);
        if (_hosts.Count > MaxHosts)
            _hosts.RemoveAt(MaxHosts);
    }

    private static ChatException CreateNotFoundException(string message, string recommendedAction) =>
        new(ChatErrorReason.SessionNotFound, message) { RecommendedAction = recommendedAction };

    private static SessionRegistry CreateRegistry(Runspace runspace)
    {
        var registry = new SessionRegistry();
        runspace.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)
                registry.CloseAll();
        };
        return registry;
    }
}
