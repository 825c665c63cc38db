using System;
using System.IO;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
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
    private KeyFingerprint? _clientKey;
    private long _encryptedAt;

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

        /// <summary>The client is trusted: <see cref="Connection"/> and <see cref="Security"/> can be used.</summary>
        Trusted,

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
    private int ProofWaitMilliseconds => _trust.AllowAnonymous || _clientKey is not null && _trust.IsTrusted(_clientKey)
        ? ServerTrust.ProofWaitMilliseconds : ServerTrust.MaxProofWaitMilliseconds;

    /// <summary>Gets how the connection is protected, once the client is trusted.</summary>
    public ChatSecurity? Security { get; private set; }

    /// <summary>Gets why the handshake failed.</summary>
    public string? FailureReason { get; private set; }

    /// <summary>Gets whether the first bytes were not those of TLS.</summary>
    public bool IsPlainText { get; private set; }

    /// <summary>Continues with what has been received.</summary>
    /// <param name="now">The time in milliseconds.</param>
    public Result Continue(long now)
    {
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
        while (SecureGreeting.IsPrefix(_line, _count))
        {
            var received = _count < _line.Length ? Connection.Receive(_line, _count, 1, 0) : 0;
            if (received == TransportConnection.WouldBlock)
                return _count == 0 && now - _encryptedAt >= ProofWaitMilliseconds ? AcceptWithoutProof() : Result.Pending;
            if (received == 0)
                return _count == 0 ? AcceptWithoutProof() : Result.Refused;
            _count += received;
            if (_line[_count - 1] == '\n' && SecureGreeting.IsPrefix(_line, _count))
                return CheckProof();
        }
        return AcceptWithoutProof();
    }

    private Result CheckProof()
    {
        if (SecureGreeting.DecodeInvite(_line, _count) is not { } proof || _trust.TryRedeem(proof, _clientKey, Transport) is not { } answer)
            return Result.Refused;
        return Connection.TrySendAll(answer, Deadline.After(TimeSpan.Zero)) ? Accept(ChatTrust.Invite) : Fail("the client does not receive");
    }

    private Result AcceptWithoutProof()
    {
        var isTrusted = _clientKey is not null && _trust.IsTrusted(_clientKey);
        if (!isTrusted && !_trust.AllowAnonymous)
            return Result.Refused;
        Connection.Unread(_line, _count);
        return Accept(isTrusted ? ChatTrust.TrustedKey : ChatTrust.Anonymous);
    }

    private Result Accept(ChatTrust trust)
    {
        Security = ChatSecurity.Create(isClient: false, Connection.Engine, _clientKey?.ToString(), trust);
        return Result.Trusted;
    }

    private Result Fail(string reason)
    {
        FailureReason = reason;
        return Result.Failed;
    }
}
