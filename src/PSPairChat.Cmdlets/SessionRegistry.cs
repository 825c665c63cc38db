using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace PSPairChat.Cmdlets;

/// <summary>The open sessions of one runspace; they end with it.</summary>
internal sealed class SessionRegistry
{
    private const int MaxHosts = 100;
    private static readonly ConditionalWeakTable<Runspace, SessionRegistry> Registries = new();

    private readonly List<ChatSession> _sessions = [];
    private readonly List<string> _hosts = [];
    private int _lastId;

    /// <summary>The table of the runspace in which this thread runs.</summary>
    public static SessionRegistry Current => Registries.GetValue(Runspace.DefaultRunspace, CreateRegistry);

    /// <summary>The sessions that are not over, oldest first.</summary>
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

    // What nearly every call asks for: no copy is made for it.
    private ChatSession? Latest
    {
        get
        {
            lock (_sessions)
            {
                while (_sessions.Count > 0 && _sessions[_sessions.Count - 1].IsCompleted)
                    _sessions.RemoveAt(_sessions.Count - 1);
                return _sessions.Count > 0 ? _sessions[_sessions.Count - 1] : null;
            }
        }
    }

    /// <summary>The hosts that were called, the last one first.</summary>
    public IReadOnlyList<string> Hosts
    {
        get
        {
            lock (_sessions)
                return _hosts.ToArray();
        }
    }

    /// <summary>Takes a session in: gives it an Id, and a Name where it has none.</summary>
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

    /// <summary>Finds the session that is meant; where none is named, the one opened last that is not closed.</summary>
    /// <exception cref="ChatException">SessionNotFound.</exception>
    public ChatSession Find(ChatSessionReference? reference)
    {
        if (reference is null)
            return Latest ?? throw new ChatException(ChatErrorReason.SessionNotFound, "No session is open.");
        if (reference.Session is { } given)
            return given;
        return Sessions.LastOrDefault(reference.Names)
            ?? throw new ChatException(ChatErrorReason.SessionNotFound, $"No open session has the Id or Name '{reference}'.");
    }

    /// <summary>Finds the server opened last that is not stopped.</summary>
    /// <exception cref="ChatException">SessionNotFound.</exception>
    public ChatSession FindServer() => Sessions.LastOrDefault(s => s.Role != ChatRole.Client)
        ?? throw new ChatException(ChatErrorReason.SessionNotFound, "No server is running.");

    /// <summary>Finds the room opened last: our own, or one that we are in.</summary>
    /// <exception cref="ChatException">SessionNotFound.</exception>
    public ChatSession FindRoom<TRoom>() => Sessions.LastOrDefault(s => s is TRoom)
        ?? throw new ChatException(ChatErrorReason.SessionNotFound, "No room is open.");

    /// <summary>Ends every session and tells the peers.</summary>
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

    private static SessionRegistry CreateRegistry(Runspace runspace)
    {
        var table = new SessionRegistry();
        runspace.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)
                table.CloseAll();
        };
        return table;
    }
}
