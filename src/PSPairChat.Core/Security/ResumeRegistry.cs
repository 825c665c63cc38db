using System.Collections.Generic;
using System.Linq;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>The sessions of one server that can be resumed. Only the thread of the listener uses it.</summary>
/// <param name="options">Which sessions can be resumed, and the time limits.</param>
/// <param name="certificate">The DER encoding of the server's certificate.</param>
internal sealed class ResumeRegistry(ResumeOptions options, byte[] certificate)
{
    private readonly Dictionary<string, Session> _sessions = [];

    /// <summary>Gets whether a client of a session may come back.</summary>
    public bool HasSessions
    {
        get
        {
            foreach (var ended in _sessions.Where(s => s.Value.Connection.IsEnded).Select(s => s.Key).ToArray())
                _sessions.Remove(ended);
            return _sessions.Count > 0;
        }
    }

    /// <summary>Gets whether a session with a client can be resumed.</summary>
    public bool CanResume(ChatTrust trust) =>
        options.Mode == ResumeMode.Always || options.Mode == ResumeMode.Auto && trust is ChatTrust.Invite or ChatTrust.TrustedKey;

    /// <summary>Adds a session.</summary>
    /// <returns>The connection of the session.</returns>
    public ResumableConnection Add(ResumeToken token, TransportConnection connection)
    {
        var session = new Session(token, new ResumableConnection(connection, options, reconnect: null));
        _sessions.Add(GetKey(token.Id), session);
        return session.Connection;
    }

    /// <summary>Finds the session that a client proves to belong to.</summary>
    /// <returns>The session; null if there is none with this id, it has ended, or the proof is not valid.</returns>
    public Session? Find(byte[] id, byte[] proof, long received) =>
        _sessions.TryGetValue(GetKey(id), out var session) && !session.Connection.IsEnded
            && ConstantTime.AreEqual(proof, ResumeProof.ComputeClient(session.Token.Secret, certificate, received)) ? session : null;

    /// <summary>Computes the server's proof.</summary>
    public byte[] ComputeServerProof(Session session, long received) => ResumeProof.ComputeServer(session.Token.Secret, certificate, received);

    private static string GetKey(byte[] id) => Base64Url.Encode(id);

    /// <summary>A session that can be resumed.</summary>
    public sealed class Session(ResumeToken token, ResumableConnection connection)
    {
        public ResumeToken Token { get; } = token;

        public ResumableConnection Connection { get; } = connection;
    }
}
