using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>The sessions of one server that can be resumed. Only the thread of the listener uses it.</summary>
/// <param name="options">Which sessions can be resumed, and the time limits.</param>
/// <param name="certificate">The DER encoding of the server's certificate.</param>
internal sealed class ResumeRegistry(ResumeOptions options, byte[] certificate)
{
    private readonly Dictionary<string, ServerResumableConnection> _sessions = [];

    /// <summary>Gets whether a client of a session may come back.</summary>
    public bool HasSessions
    {
        get
        {
            foreach (var ended in _sessions.Where(s => s.Value.IsEnded).Select(s => s.Key).ToArray())
                _sessions.Remove(ended);
            return _sessions.Count > 0;
        }
    }

    /// <summary>Gets or sets the method that finds a session that another server has begun, by its identifier, or returns null; null if there are none.</summary>
    public Func<string, Task<SharedSession?>>? FindShared { get; set; }

    /// <summary>Gets whether a session with a client can be resumed.</summary>
    public bool CanResume(ChatTrust trust) =>
        options.Mode == ResumeMode.Always || options.Mode == ResumeMode.Auto && trust is ChatTrust.Invite or ChatTrust.TrustedKey;

    /// <summary>Adds a session.</summary>
    /// <returns>The connection of the session.</returns>
    public ServerResumableConnection Add(ResumeToken token, TransportConnection transport) => Add(new ServerResumableConnection(transport, options, token));

    /// <summary>Adds a session that another server has begun.</summary>
    /// <returns>The connection of the session.</returns>
    public ServerResumableConnection Add(SharedSession session, ResumeState state, TransportConnection transport) =>
        Add(new ServerResumableConnection(transport, options, session, state));

    /// <summary>Finds the connection of a session of this server; null if there is none with this identifier, or it has ended.</summary>
    public ServerResumableConnection? Find(byte[] id) =>
        _sessions.TryGetValue(ResumeToken.FormatId(id), out var connection) && !connection.IsEnded ? connection : null;

    /// <summary>Gets whether a client proves to belong to a session.</summary>
    public bool IsProved(ResumeToken token, ClientGreeting greeting) =>
        ConstantTime.AreEqual(greeting.Proof!, ResumeProof.ComputeClient(token.Secret, certificate, greeting.State.Received));

    /// <summary>Computes the server's proof.</summary>
    public byte[] ComputeServerProof(ResumeToken token, long received) => ResumeProof.ComputeServer(token.Secret, certificate, received);

    private ServerResumableConnection Add(ServerResumableConnection connection)
    {
        _sessions[connection.Token.FormatId()] = connection;
        return connection;
    }
}
