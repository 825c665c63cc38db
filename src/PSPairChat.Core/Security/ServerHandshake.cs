using System;
using System.IO;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>
/// The server's side of a secure connection until the client is trusted: the TLS handshake, then the proof of an invite. It never waits: it continues with
/// what has been received each time it is asked to.
/// </summary>
internal sealed class ServerHandshake : IDisposable
{
    private readonly ServerTrust _trust;
    private readonly byte[] _line = new byte[SecureGreeting.MaxBytes];
    private int _count;
    private ClientGreeting? _greeting;
    private bool _canAccept;
    private KeyFingerprint? _clientKey;
    private long _encryptedAt;
    private Task<SharedSession?>? _sharedSession;

    public ServerHandshake(TcpConnection transport, ServerTrust trust)
    {
        _trust = trust;
        Transport = transport;
        Connection = new TlsConnection(transport, write => TlsEngine.StartServer(write, trust.Key.Credentials, OnCertificate));
    }

    /// <summary>The state of a handshake.</summary>
    public enum Result
    {
        /// <summary>The client has to send more.</summary>
        Pending,

        /// <summary>The client is trusted: <see cref="Accepted"/> can be used.</summary>
        Trusted,

        /// <summary>The client has resumed its session, which has taken over the connection.</summary>
        Resumed,

        /// <summary>The client gave no valid proof.</summary>
        Refused,

        /// <summary>The client does not use TLS, or the handshake failed.</summary>
        Failed,
    }

    public TcpConnection Transport { get; }

    public TlsConnection Connection { get; }

    /// <summary>Gets whether the TLS handshake is complete.</summary>
    public bool IsEncrypted { get; private set; }

    // A client that is not let in without a proof may be slow to begin one.
    private int ProofWaitMilliseconds => FindTrust() is null ? ServerTrust.MaxProofWaitMilliseconds : ServerTrust.ProofWaitMilliseconds;

    /// <summary>Gets the connection for the conversation, once the client is trusted.</summary>
    public TransportConnection? Accepted { get; private set; }

    /// <summary>Gets whether the client waits for the server to accept it.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Gets what a client that is refused has done.</summary>
    public string RefusalReason => _greeting?.SessionId is null ? "gave no valid invite" : "tried to resume a session that has ended or is not its own";

    /// <summary>Gets why the handshake failed.</summary>
    public string? FailureReason { get; private set; }

    /// <summary>Gets whether the first bytes were not those of TLS.</summary>
    public bool IsPlainText { get; private set; }

    /// <summary>Continues with what has been received.</summary>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="canAccept">Whether a new client can be trusted now. A client that resumes its session need not wait.</param>
    public Result Continue(long now, bool canAccept)
    {
        _canAccept = canAccept;
        try
        {
            if (!IsEncrypted)
            {
                if (!Connection.ContinueHandshake(0))
                    return Connection.Engine.InputEnded ? Fail("the client closed the connection") : Result.Pending;
                IsEncrypted = true;
                _encryptedAt = now;
            }
            return ContinueProof(now);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or ConnectionLostException or InvalidOperationException or ChatException)
        {
            IsPlainText = Connection.Engine.IsPlainText;
            return Fail(e.Message);
        }
    }

    public void Dispose() => Connection.Dispose();

    private bool OnCertificate(X509Certificate? certificate)
    {
        _clientKey = certificate is null ? null : KeyFingerprint.FromCertificate(certificate.GetRawCertData());
        return true;
    }

    private Result ContinueProof(long now)
    {
        if (_greeting is not null)
            return OnGreeting(_greeting);
        while (SecureGreeting.IsPrefix(_line, _count))
        {
            var received = _count < _line.Length ? Connection.Receive(_line, _count, 1, 0) : 0;
            if (received == TransportConnection.WouldBlock)
                return _count == 0 && now - _encryptedAt >= ProofWaitMilliseconds ? AcceptWithoutProof() : Result.Pending;
            if (received == 0)
                return _count == 0 ? AcceptWithoutProof() : Result.Refused;
            _count += received;
            if (_line[_count - 1] == '\n' && SecureGreeting.IsPrefix(_line, _count))
                return (_greeting = SecureGreeting.DecodeClient(new ArraySegment<byte>(_line, 0, _count))) is { } greeting ? OnGreeting(greeting) : Result.Refused;
        }
        return AcceptWithoutProof();
    }

    private Result OnGreeting(ClientGreeting greeting)
    {
        if (greeting.SessionId is not null)
            return Resume(greeting);
        if (greeting.Proof is null && FindTrust() is null)
            return Result.Refused;
        if (!TryBeginAccept())
            return Result.Pending;
        byte[]? serverProof = null;
        if (greeting.Proof is { } proof && (serverProof = _trust.TryRedeem(proof, _clientKey, Transport)) is null)
            return Result.Refused;
        var trust = serverProof is null ? FindTrust()!.Value : ChatTrust.Invite;
        var token = greeting.RequestsResume && _trust.Sessions?.CanResume(trust) == true ? ResumeToken.Create() : null;
        if (!Connection.TrySendAll(SecureGreeting.EncodeOk(serverProof, token), Deadline.After(TimeSpan.Zero)))
            return Fail("the client does not receive");
        return Accept(trust, token is not null, () => token is null ? Connection : _trust.Sessions!.Add(token, Connection));
    }

    private Result Resume(ClientGreeting greeting)
    {
        if (_trust.Sessions is not { } sessions)
            return Result.Refused;
        if (sessions.Find(greeting.SessionId!) is not { } session)
            return ContinueShared(greeting, sessions);
        if (!sessions.IsProved(session.Token, greeting))
            return Result.Refused;
        if (!session.TryDetach(out var received))
            return Result.Pending;
        if (!Connection.TrySendAll(SecureGreeting.EncodeResumed(sessions.ComputeServerProof(session.Token, received), received), Deadline.After(TimeSpan.Zero)))
            return Fail("the client does not receive");
        return session.TryAttach(Connection, greeting.State.Received) ? Result.Resumed : Fail("the session cannot be resumed");
    }

    // Continues a session that another server of the room has begun.
    private Result ContinueShared(ClientGreeting greeting, ResumeRegistry sessions)
    {
        if (sessions.FindShared is not { } find)
            return Result.Refused;
        _sharedSession ??= find(ResumeToken.FormatId(greeting.SessionId!));
        if (!_sharedSession.IsCompleted)
            return Result.Pending;
        if (_sharedSession.Result is not { } session || !sessions.IsProved(session.Token, greeting))
            return Result.Refused;
        if (!TryBeginAccept())
            return Result.Pending;
        var received = ServerResumableConnection.GetReceived(session, greeting.State);
        var answer = SecureGreeting.EncodeResumed(sessions.ComputeServerProof(session.Token, received), received, isOtherServer: true);
        if (!Connection.TrySendAll(answer, Deadline.After(TimeSpan.Zero)))
            return Fail("the client does not receive");
        return Accept(FindTrust() ?? ChatTrust.Invite, canResume: true, () => sessions.Add(session, greeting.State, Connection));
    }

    private Result AcceptWithoutProof()
    {
        if (FindTrust() is not { } trust)
            return Result.Refused;
        if (!TryBeginAccept())
            return Result.Pending;
        Connection.Unread(_line, _count);
        return Accept(trust, canResume: false, () => Connection);
    }

    // A new client waits while the server is busy.
    private bool TryBeginAccept()
    {
        IsWaiting = !_canAccept;
        return _canAccept;
    }

    // Returns why a client without a proof is trusted; null if it is not.
    private ChatTrust? FindTrust() => _clientKey is not null && _trust.IsTrusted(_clientKey) ? ChatTrust.TrustedKey
        : _trust.AllowAnonymous ? ChatTrust.Anonymous
        : null;

    private Result Accept(ChatTrust trust, bool canResume, Func<TransportConnection> createAccepted)
    {
        var security = ChatSecurity.Create(isClient: false, Connection.Engine, _clientKey?.ToString(), trust);
        security.CanResume = canResume;
        Connection.SetTrusted(security);
        Accepted = createAccepted();
        return Result.Trusted;
    }

    private Result Fail(string reason)
    {
        FailureReason = reason;
        return Result.Failed;
    }
}
