using System;
using System.IO;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>The client's side of a secure connection: the TLS handshake, the check of the server's key, and the proof of an invite.</summary>
internal sealed class SecureConnector
{
    private readonly string _hostName;
    private readonly int _port;
    private readonly SecureClientOptions _options;
    private readonly InviteToken? _invite;
    private readonly KeyFingerprint? _expected;
    private readonly bool _provesSession;
    private readonly UserKey _key;
    private readonly KnownHosts _knownHosts;
    private byte[]? _serverCertificate;
    private ChatTrust _trust;
    private ChatException? _refusal;

    private SecureConnector(string hostName, int port, SecureClientOptions? options, UserKey key, KnownHosts knownHosts)
    {
        _provesSession = options is null;
        options ??= new SecureClientOptions();
        _hostName = hostName;
        _port = port;
        _options = options;
        _key = key;
        _knownHosts = knownHosts;
        _invite = options.Invite is { } invite ? InviteUri.Parse(invite).Token : null;
        _expected = options.Fingerprint is { } fingerprint ? KeyFingerprint.Parse(fingerprint) : null;
    }

    /// <summary>Secures a connection.</summary>
    /// <param name="transport">The connection; disposed of if this fails.</param>
    /// <param name="hostName">The name that the user gave.</param>
    /// <param name="port">The port.</param>
    /// <param name="options">How the server's key is verified.</param>
    /// <param name="resume">Whether to ask for a session that can be resumed.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="cancellationToken">Cancels the handshake.</param>
    /// <returns>The connection, and the token of the session; null if it cannot be resumed.</returns>
    /// <exception cref="ChatException">
    /// InviteInvalid, InviteRefused, FingerprintInvalid, KeyInvalid, ServerKeyMismatch, ServerKeyUnknown, ServerKeyChanged, ServerNotSecure,
    /// SecureHandshakeFailed or ConnectTimedOut.
    /// </exception>
    /// <exception cref="OperationCanceledException">The handshake was cancelled.</exception>
    public static (TlsConnection Connection, ResumeToken? Token) Connect(
        TransportConnection transport, string hostName, int port, SecureClientOptions options, ResumeMode resume, Deadline deadline, CancellationToken cancellationToken) =>
        Secure(transport, hostName, port, options, deadline, (connector, connection) =>
        {
            // The key that an invite names is known when the server has proved the invite, too.
            if (connector._invite is null)
                connector.RecordKey();
            var token = connector.Greet(connection, resume, deadline, cancellationToken);
            if (connector._invite is not null)
                connector.RecordKey();
            return token;
        }, cancellationToken);

    /// <summary>
    /// Secures a connection on which a session is resumed. Any key of the server is accepted, because the server has to prove the secret of the session together
    /// with its key: another server of the same room has another one.
    /// </summary>
    /// <param name="transport">The connection; disposed of if this fails.</param>
    /// <param name="hostName">The name that the user gave.</param>
    /// <param name="port">The port.</param>
    /// <param name="fingerprint">The fingerprint of the server that began the session. Only that server can end it by its refusal.</param>
    /// <param name="token">The token of the session.</param>
    /// <param name="state">What this end has received.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="cancellationToken">Cancels the handshake.</param>
    /// <returns>The connection, and the answer of the server; null if it refused.</returns>
    /// <exception cref="ChatException">As <see cref="Connect"/>.</exception>
    /// <exception cref="OperationCanceledException">The handshake was cancelled.</exception>
    public static (TlsConnection Connection, ResumeAnswer? Answer) Resume(
        TransportConnection transport, string hostName, int port, string fingerprint, ResumeToken token, ResumeState state, Deadline deadline,
        CancellationToken cancellationToken) =>
        Secure(transport, hostName, port, options: null, deadline,
            (connector, connection) => connector.GreetAgain(connection, fingerprint, token, state, deadline, cancellationToken), cancellationToken);

    private static (TlsConnection Connection, T Result) Secure<T>(
        TransportConnection transport, string hostName, int port, SecureClientOptions? options, Deadline deadline, Func<SecureConnector, TlsConnection, T> greet,
        CancellationToken cancellationToken)
    {
        TlsConnection? connection = null;
        try
        {
            var connector = new SecureConnector(hostName, port, options, UserKey.Load(), UserFiles.KnownHosts);
            connection = connector.Handshake(transport, deadline, cancellationToken);
            var result = greet(connector, connection);
            connection.SetTrusted(
                ChatSecurity.Create(isClient: true, connection.Engine, KeyFingerprint.FromCertificate(connector._serverCertificate!).ToString(), connector._trust));
            return (connection, result);
        }
        catch
        {
            connection?.Dispose();
            transport.Dispose();
            throw;
        }
    }

    private TlsConnection Handshake(TransportConnection transport, Deadline deadline, CancellationToken cancellationToken)
    {
        var connection = new TlsConnection(transport, write => TlsEngine.StartClient(write, _hostName, _key.Credentials, OnCertificate));
        try
        {
            while (!connection.ContinueHandshake(deadline.NextWait))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (deadline.HasPassed)
                    throw CreateTimeoutException();
                if (connection.Engine.InputEnded)
                    throw new IOException("The server closed the connection.");
            }
            return connection;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or ConnectionLostException or InvalidOperationException)
        {
            connection.Dispose();
            throw _refusal ?? CreateHandshakeException(connection.Engine, e);
        }
    }

    // An exception from here would be wrapped by the runtime, so the reason is kept aside.
    private bool OnCertificate(X509Certificate? certificate)
    {
        try
        {
            _serverCertificate = certificate?.GetRawCertData() ?? throw new ChatException(ChatErrorReason.SecureHandshakeFailed, $"{_hostName}:{_port} sent no certificate.");
            _trust = Verify(KeyFingerprint.FromCertificate(_serverCertificate));
            return true;
        }
        catch (ChatException e)
        {
            _refusal = e;
            return false;
        }
    }

    private ChatTrust Verify(KeyFingerprint server)
    {
        if (_provesSession)
            return ChatTrust.Fingerprint;
        if (_invite is not null)
            return server.StartsWith(_invite.KeyHash) ? ChatTrust.Invite : throw CreateMismatchException(server, "the invite");
        if (_expected is not null)
            return server.Equals(_expected) ? ChatTrust.Fingerprint : throw CreateMismatchException(server, _expected.ToString());
        if (_knownHosts.Find(_hostName, _port, out var line) is { } known)
        {
            return known.Equals(server) ? ChatTrust.KnownHost : throw new ChatException(ChatErrorReason.ServerKeyChanged,
                $"The key of {_hostName}:{_port} has changed. It is now {server}; line {line} of '{_knownHosts.Path}' has {known}. Somebody may be intercepting the connection.");
        }
        if (!_options.AcceptNewKey)
        {
            throw new ChatException(ChatErrorReason.ServerKeyUnknown, $"The key of {_hostName}:{_port} is not known. Its fingerprint is {server}.")
            {
                Fingerprint = server.ToString(),
            };
        }
        return ChatTrust.NewKey;
    }

    // A key that an invite proves is known from then on, so that the client can connect again if the server remembers it.
    private void RecordKey()
    {
        if (_trust != ChatTrust.NewKey && _trust != ChatTrust.Invite && !(_trust == ChatTrust.Fingerprint && _options.AcceptNewKey))
            return;
        var key = KeyFingerprint.FromCertificate(_serverCertificate!);
        if (!key.Equals(_knownHosts.Find(_hostName, _port, out _)))
            _knownHosts.Set(_hostName, _port, key);
    }

    // Returns the token of the session; null if it cannot be resumed.
    private ResumeToken? Greet(TlsConnection connection, ResumeMode resume, Deadline deadline, CancellationToken cancellationToken)
    {
        if (_invite is not null)
            return GreetWithInvite(connection, _invite, requestsResume: resume != ResumeMode.Never, deadline, cancellationToken);
        // Another program would take the line for a message.
        if (resume == ResumeMode.Never || resume == ResumeMode.Auto && !ApplicationProtocol.IsNegotiated(connection.Engine.Stream))
            return null;
        var answer = SecureGreeting.DecodeServer(Exchange(connection, SecureGreeting.EncodeKey(requestsResume: true), deadline, cancellationToken));
        return (answer ?? throw TlsMismatch.CreateRefusedException($"{_hostName}:{_port}")).Token;
    }

    private ResumeToken? GreetWithInvite(TlsConnection connection, InviteToken invite, bool requestsResume, Deadline deadline, CancellationToken cancellationToken)
    {
        ConnectionLostException? cause = null;
        try
        {
            var line = SecureGreeting.EncodeInvite(InviteProof.ComputeClient(invite.Secret, _serverCertificate!), requestsResume);
            var answer = SecureGreeting.DecodeServer(Exchange(connection, line, deadline, cancellationToken));
            if (answer?.Proof is { } proof && ConstantTime.AreEqual(proof, InviteProof.ComputeServer(invite.Secret, _serverCertificate!)))
                return answer.Token;
        }
        catch (ConnectionLostException e)
        {
            cause = e;
        }
        throw new ChatException(ChatErrorReason.InviteRefused, $"{_hostName}:{_port} refused the invite. It may be used, expired, removed or mistyped.", cause);
    }

    // Returns the answer of the server; null if it refused.
    private ResumeAnswer? GreetAgain(
        TlsConnection connection, string fingerprint, ResumeToken token, ResumeState state, Deadline deadline, CancellationToken cancellationToken)
    {
        var line = SecureGreeting.EncodeResume(token.Id, state, ResumeProof.ComputeClient(token.Secret, _serverCertificate!, state.Received));
        var answer = Exchange(connection, line, deadline, cancellationToken);
        if (SecureGreeting.IsRefused(answer) && KeyFingerprint.FromCertificate(_serverCertificate!).ToString() == fingerprint)
            return null;
        return SecureGreeting.DecodeServer(answer) is { Proof: { } proof, Received: { } peerReceived, IsOtherServer: var isOtherServer }
            && ConstantTime.AreEqual(proof, ResumeProof.ComputeServer(token.Secret, _serverCertificate!, peerReceived))
            ? new ResumeAnswer(peerReceived, isOtherServer)
            : throw new ChatException(ChatErrorReason.SecureHandshakeFailed, $"{_hostName}:{_port} gave no valid proof of the session.");
    }

    // Returns the line of the server, or what there is of it if the server closed the connection.
    private ArraySegment<byte> Exchange(TlsConnection connection, byte[] greeting, Deadline deadline, CancellationToken cancellationToken)
    {
        if (!connection.TrySendAll(greeting, deadline))
            throw CreateTimeoutException();
        var line = new byte[SecureGreeting.MaxBytes];
        var count = 0;
        while (count == 0 || line[count - 1] != '\n')
        {
            var received = connection.Receive(line, count, 1, deadline.NextWait);
            cancellationToken.ThrowIfCancellationRequested();
            if (received == 0 || count + 1 == line.Length)
                break;
            count += Math.Max(0, received);
            if (received == TransportConnection.WouldBlock && deadline.HasPassed)
                throw CreateTimeoutException();
        }
        return new ArraySegment<byte>(line, 0, count);
    }

    private ChatException CreateHandshakeException(TlsEngine engine, Exception cause) => engine.IsPlainText
        ? new ChatException(ChatErrorReason.ServerNotSecure, $"{_hostName}:{_port} does not use TLS.", cause)
        : new ChatException(ChatErrorReason.SecureHandshakeFailed, $"The TLS handshake with {_hostName}:{_port} failed: {cause.Message}", cause);

    private ChatException CreateMismatchException(KeyFingerprint server, string expected) => new(ChatErrorReason.ServerKeyMismatch,
        $"The key of {_hostName}:{_port} has the fingerprint {server}, which does not match {expected}. Somebody may be intercepting the connection.");

    private ChatException CreateTimeoutException() =>
        new(ChatErrorReason.ConnectTimedOut, $"{_hostName}:{_port} did not complete the TLS handshake in time.")
        {
            RecommendedAction = "Try again later: the server may be talking to another client. Otherwise, verify the firewalls between the hosts.",
        };
}
