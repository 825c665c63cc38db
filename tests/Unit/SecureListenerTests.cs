using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Security;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Secure connections over real sockets, from the TCP connection to the trusted peer.</summary>
[Collection("The keys that the user trusts")]
public sealed class SecureListenerTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<string> _warnings = new();
    private ServerTrust _trust = null!;
    private SecureListener _listener = null!;

    public SecureListenerTests() => Start(new SecureServerOptions());

    private int Port => ((IPEndPoint)_listener.LocalEndPoint).Port;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Client_with_an_invite_is_trusted_and_both_know_it()
    {
        var accept = _listener.AcceptAsync();
        using var client = Connect(new SecureClientOptions { Invite = CreateInvite().ToString() }, out var security);
        using var server = (TlsConnection)(await accept.WaitAsync(Timeout))!;
        Assert.Equal((ChatTrust.Invite, ChatTrust.Invite), (security.Trust, server.Security!.Trust));
        Assert.Equal("TLS 1.3", security.Protocol);
        Assert.Equal(_trust.Key.Fingerprint.ToString(), security.PeerFingerprint);
        Assert.Equal($"Encrypted (TLS 1.3), server key {_trust.Key.Fingerprint} (invite)", security.ToString());
        Assert.StartsWith("Encrypted (TLS 1.3), client ", server.Security.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("TLS_", security.CipherSuite, StringComparison.Ordinal);
        Assert.Equal(_trust.Key.Fingerprint, UserFiles.KnownHosts.Find("127.0.0.1", Port, out _));
        Send(client, "hello"u8.ToArray());
        Assert.Equal("hello", ReceiveText(server, 5));
        Send(server, "HELLO"u8.ToArray());
        Assert.Equal("HELLO", ReceiveText(client, 5));
    }

    [Fact]
    public async Task Used_expired_removed_and_altered_invites_look_alike_to_the_client()
    {
        var used = CreateInvite();
        Connect(new SecureClientOptions { Invite = used.ToString() }, out _).Dispose();
        (await _listener.AcceptAsync().WaitAsync(Timeout))!.Dispose();
        var expired = _trust.Invites.Create("127.0.0.1", Port, null, new ChatInviteOptions { Lifetime = TimeSpan.Zero, MaxUses = 1 });
        var removed = CreateInvite();
        _trust.Invites.Remove(removed.Id);
        var token = InviteUri.Parse(CreateInvite().ToString()).Token;
        token.Secret[3] ^= 1;
        var altered = InviteUri.Create("127.0.0.1", Port, null, null, token);
        var messages = new[] { used.ToString(), expired.ToString(), removed.ToString(), altered.ToString() }
            .Select(invite => ConnectError(new SecureClientOptions { Invite = invite })).ToArray();
        Assert.All(messages, e => Assert.Equal(ChatErrorReason.InviteRefused, e.Reason));
        Assert.Equal(
            $"127.0.0.1:{Port} refused the invite. It may be used, expired, removed or mistyped.", Assert.Single(messages.Select(e => e.Message).Distinct()));
        Assert.Equal("127.0.0.1 gave no valid invite (1 failed attempt).", Assert.Single(_warnings));
    }

    [Fact]
    public void Server_with_another_key_gets_no_proof()
    {
        var invite = InviteUri.Parse(CreateInvite().ToString());
        invite.Token.KeyHash[0] ^= 1;
        var mismatch = ConnectError(new SecureClientOptions { Invite = invite.ToString() });
        Assert.Equal(ChatErrorReason.ServerKeyMismatch, mismatch.Reason);
        Assert.Contains("which does not match the invite.", mismatch.Message, StringComparison.Ordinal);
        var other = KeyFingerprint.FromCertificate([1]).ToString();
        Assert.Equal(ChatErrorReason.ServerKeyMismatch, ConnectError(new SecureClientOptions { Fingerprint = other }).Reason);
        Assert.Contains("its handshake failed", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anonymous_client_is_let_in_only_where_that_is_allowed()
    {
        _listener.Dispose();
        Start(new SecureServerOptions { AllowAnonymous = true });
        var accept = _listener.AcceptAsync();
        using var client = Connect(new SecureClientOptions { Fingerprint = _trust.Key.Fingerprint.ToString() }, out var security);
        Send(client, "Chris> hello\n"u8.ToArray());
        using var server = (TlsConnection)(await accept.WaitAsync(Timeout))!;
        Assert.Equal((ChatTrust.Fingerprint, ChatTrust.Anonymous), (security.Trust, server.Security!.Trust));
        Assert.EndsWith(" (fingerprint)", security.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(" (anonymous)", server.Security.ToString(), StringComparison.Ordinal);
        Assert.Equal("Chris> hello\n", ReceiveText(server, 13));
    }

    [Fact]
    public async Task Silent_anonymous_client_is_let_in_after_a_second()
    {
        _listener.Dispose();
        Start(new SecureServerOptions { AllowAnonymous = true });
        var accept = _listener.AcceptAsync();
        using var client = Connect(new SecureClientOptions { Fingerprint = _trust.Key.Fingerprint.ToString() }, out _);
        using var server = (TlsConnection)(await accept.WaitAsync(Timeout))!;
        Assert.Equal(ChatTrust.Anonymous, server.Security!.Trust);
    }

    [Fact]
    public async Task Remembered_client_needs_no_second_invite()
    {
        _listener.Dispose();
        Start(new SecureServerOptions { RememberClients = true });
        Connect(new SecureClientOptions { Invite = CreateInvite().ToString() }, out _).Dispose();
        using var first = (TlsConnection)(await _listener.AcceptAsync().WaitAsync(Timeout))!;
        using var client = Connect(new SecureClientOptions { Fingerprint = _trust.Key.Fingerprint.ToString() }, out _);
        using var second = (TlsConnection)(await _listener.AcceptAsync().WaitAsync(Timeout))!;
        Assert.Equal((ChatTrust.Invite, ChatTrust.TrustedKey), (first.Security!.Trust, second.Security!.Trust));
        Assert.Equal($"Encrypted (TLS 1.3), client key {UserKey.Load().Fingerprint} (trusted key)", second.Security.ToString());
        UserFiles.TrustedKeys.Remove(UserKey.Load().Fingerprint);
    }

    [Fact]
    public void Unknown_key_is_an_error_until_it_is_accepted_and_a_changed_key_always_is()
    {
        var unknown = ConnectError(new SecureClientOptions());
        Assert.Equal(ChatErrorReason.ServerKeyUnknown, unknown.Reason);
        Assert.Contains(_trust.Key.Fingerprint.ToString(), unknown.Message, StringComparison.Ordinal);
        Connect(new SecureClientOptions { AcceptNewKey = true }, out var first).Dispose();
        Connect(new SecureClientOptions(), out var second).Dispose();
        Assert.Equal((ChatTrust.NewKey, ChatTrust.KnownHost), (first.Trust, second.Trust));
        Assert.EndsWith(" (new key)", first.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(" (known host)", second.ToString(), StringComparison.Ordinal);
        var other = KeyFingerprint.FromCertificate([1]);
        UserFiles.KnownHosts.Set("127.0.0.1", Port, other);
        var changed = ConnectError(new SecureClientOptions { AcceptNewKey = true });
        Assert.Equal(ChatErrorReason.ServerKeyChanged, changed.Reason);
        Assert.Contains("line ", changed.Message, StringComparison.Ordinal);
        Assert.Contains(UserFiles.KnownHosts.Path, changed.Message, StringComparison.Ordinal);
        Assert.Contains(other.ToString(), changed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h")]
    [InlineData("hello\n")]
    [InlineData("\u0016\u0009")]
    public void Client_without_TLS_is_told_so_and_closed(string text)
    {
        using var client = new TcpClient("127.0.0.1", Port);
        client.ReceiveTimeout = 5000;
        client.GetStream().Write(Encoding.Latin1.GetBytes(text));
        using var reader = new System.IO.StreamReader(client.GetStream());
        Assert.Equal(TlsMismatch.RequiresTls + "\n", reader.ReadToEnd());
    }

    [Fact]
    public void Server_without_TLS_is_recognised()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var answer = Task.Run(() =>
        {
            using var socket = plain.AcceptSocket();
            socket.Send("HELLO lobby: say who you are\n"u8);
            return socket.Receive(new byte[1000]);
        });
        var port = ((IPEndPoint)plain.LocalEndpoint).Port;
        var error = ConnectError(new SecureClientOptions { AcceptNewKey = true }, port);
        Assert.Equal((ChatErrorReason.ServerNotSecure, $"127.0.0.1:{port} does not use TLS."), (error.Reason, error.Message));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Key_that_is_verified_by_its_fingerprint_is_recorded_if_that_is_requested(bool acceptsNewKey)
    {
        Connect(new SecureClientOptions { Fingerprint = _trust.Key.Fingerprint.ToString(), AcceptNewKey = acceptsNewKey }, out _).Dispose();
        Assert.Equal(acceptsNewKey, UserFiles.KnownHosts.Find("127.0.0.1", Port, out _) is not null);
    }

    [Fact]
    public void Invalid_fingerprint_closes_the_transport()
    {
        var transport = new MonitoredConnection(InMemoryConnection.CreatePair().Left);
        Assert.Equal(ChatErrorReason.FingerprintInvalid, Assert.Throws<ChatException>(() => SecureConnector.Connect(
            transport, "flip1", 1, new SecureClientOptions { Fingerprint = "SHA256:x" }, ResumeMode.Never, Deadline.After(Timeout), default)).Reason);
        Assert.True(transport.IsDisposed);
    }

    [Fact]
    public void Handshake_with_a_silent_server_ends_at_the_deadline()
    {
        var transport = new MonitoredConnection(InMemoryConnection.CreatePair().Left);
        var error = Assert.Throws<ChatException>(() => SecureConnector.Connect(
            transport, "flip1", 1, new SecureClientOptions { AcceptNewKey = true }, ResumeMode.Never, Deadline.After(TimeSpan.FromMilliseconds(200)), default));
        Assert.Equal((ChatErrorReason.ConnectTimedOut, "flip1:1 did not complete the TLS handshake in time."), (error.Reason, error.Message));
        Assert.StartsWith("Try again later", error.RecommendedAction, StringComparison.Ordinal);
        Assert.True(transport.IsDisposed);
    }

    [Fact]
    public async Task Silent_strangers_do_not_lock_a_client_out()
    {
        var strangers = Enumerable.Range(0, 200).Select(_ => new TcpClient("127.0.0.1", Port)).ToArray();
        var watch = Stopwatch.StartNew();
        using var client = Connect(new SecureClientOptions { Invite = CreateInvite().ToString() }, out _);
        using var server = await _listener.AcceptAsync().WaitAsync(Timeout);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 8);
        foreach (var stranger in strangers)
            stranger.Dispose();
    }

    [Fact]
    public void Clients_that_leave_before_their_handshake_are_one_warning_with_the_reason()
    {
        for (var i = 0; i < 3; i++)
        {
            using var client = new TcpClient("127.0.0.1", Port);
            client.Client.Shutdown(SocketShutdown.Send);
            Assert.True(client.Client.Poll(Timeout, SelectMode.SelectRead));
        }
        Assert.True(SpinWait.SpinUntil(() => !_warnings.IsEmpty, Timeout));
        Assert.Matches("^127.0.0.1 connected without TLS, or its handshake failed: .{10,}$", Assert.Single(_warnings));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Client_that_begins_its_handshake_late_is_not_rejected(bool sendsFirst)
    {
        _listener.SendsFirst = sendsFirst;
        using var client = new TcpClient("127.0.0.1", Port);
        Assert.False(client.Client.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectRead));
        using var tls = OpenTls(client);
        Assert.True(tls.IsAuthenticated);
    }

    [Fact]
    public async Task Second_client_waits_until_the_first_is_accepted()
    {
        using var first = Connect(new SecureClientOptions { Invite = CreateInvite().ToString() }, out _);
        var invite = CreateInvite().ToString();
        var connecting = Task.Run(() => Connect(new SecureClientOptions { Invite = invite }, out _));
        Assert.NotSame(connecting, await Task.WhenAny(connecting, Task.Delay(500)));
        using var acceptedFirst = await _listener.AcceptAsync().WaitAsync(Timeout);
        using var second = await connecting.WaitAsync(Timeout);
        using var acceptedSecond = await _listener.AcceptAsync().WaitAsync(Timeout);
        Assert.Equal((first.LocalEndPoint, second.LocalEndPoint), (acceptedFirst!.RemoteEndPoint, acceptedSecond!.RemoteEndPoint));
    }

    [Theory]
    [InlineData("PAIRCHAT 1 KE")]
    [InlineData("PAIRCHAT 1 WRONG\n")]
    public void Greeting_that_is_cut_or_unknown_is_refused(string greeting)
    {
        _listener.Dispose();
        Start(new SecureServerOptions { AllowAnonymous = true });
        using var client = OpenTls();
        client.Write(Encoding.ASCII.GetBytes(greeting));
        client.ShutdownAsync().GetAwaiter().GetResult();
        AssertRefused(client);
        Assert.Equal("127.0.0.1 gave no valid invite (1 failed attempt).", Assert.Single(_warnings));
    }

    [Fact]
    public async Task Anonymous_client_that_leaves_at_once_is_accepted_and_then_the_end_received()
    {
        _listener.Dispose();
        Start(new SecureServerOptions { AllowAnonymous = true });
        using var client = OpenTls();
        await client.ShutdownAsync();
        using var server = (await _listener.AcceptAsync().WaitAsync(Timeout))!;
        var received = TransportConnection.WouldBlock;
        Assert.True(SpinWait.SpinUntil(() => (received = server.Receive(new byte[1], 0, 1, TransportConnection.PollInterval)) != TransportConnection.WouldBlock, Timeout));
        Assert.Equal(0, received);
    }

    [Fact]
    public void Each_refusal_of_an_address_takes_twice_as_long()
    {
        foreach (var delay in new[] { 200, 400, 800 })
        {
            var watch = Stopwatch.StartNew();
            using var client = OpenTls();
            client.Write("hello\n"u8);
            AssertRefused(client);
            Assert.InRange(watch.ElapsedMilliseconds, delay, 10_000);
        }
    }

    [Fact]
    public async Task Client_that_resets_the_connection_before_it_is_refused_affects_nobody()
    {
        using (var tcp = new TcpClient("127.0.0.1", Port))
        {
            var client = OpenTls(tcp);
            client.Write("hello\n"u8);
            Assert.True(SpinWait.SpinUntil(() => !_warnings.IsEmpty, Timeout));
            tcp.Client.Close(timeout: 0);
        }
        using var trusted = Connect(new SecureClientOptions { Invite = CreateInvite().ToString() }, out _);
        using var server = await _listener.AcceptAsync().WaitAsync(Timeout);
        // The listener's thread has passed the time of the refusal.
        using var refused = OpenTls();
        refused.Write("hello\n"u8);
        AssertRefused(refused);
    }

    [Theory]
    [InlineData("PAIRCHAT 1 REFUSED\n", true)]
    [InlineData("PAIRCHAT 1 OK AAAA 5\n", false)]
    [InlineData("PAIRCHAT 1 OK AAAA", false)]
    [InlineData("PAIRCHAT 1 OK AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", false)]
    public async Task Session_is_resumed_only_with_the_proof_of_the_server(string answer, bool isRefused)
    {
        using var server = new TestTlsServer(tls =>
        {
            tls.ReadExactly(new byte[10]);
            tls.Write(Encoding.ASCII.GetBytes(answer));
            tls.ShutdownAsync().GetAwaiter().GetResult();
        });
        var error = Record.Exception(() => Assert.Null(SecureConnector.Resume(
            TcpConnector.Connect("127.0.0.1", server.Port, Timeout, default), "127.0.0.1", server.Port, server.Fingerprint, ResumeToken.Create(), default,
            Deadline.After(Timeout), default).Answer));
        if (isRefused)
            Assert.Null(error);
        else
            Assert.Equal($"127.0.0.1:{server.Port} gave no valid proof of the session.", Assert.IsType<ChatException>(error).Message);
        await server.Completion;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_waits_for_the_answer_of_the_server_up_to_the_deadline_or_its_cancellation(bool isCanceled)
    {
        using var stop = new CancellationTokenSource();
        using var server = new TestTlsServer(tls =>
        {
            tls.ReadExactly(new byte[10]);
            if (isCanceled)
                stop.Cancel();
            tls.CopyTo(System.IO.Stream.Null);
        });
        var error = Assert.ThrowsAny<Exception>(() => SecureConnector.Connect(
            TcpConnector.Connect("127.0.0.1", server.Port, Timeout, default), "127.0.0.1", server.Port, new SecureClientOptions { Fingerprint = server.Fingerprint },
            ResumeMode.Always, Deadline.After(isCanceled ? Timeout : TimeSpan.FromSeconds(1)), stop.Token));
        if (isCanceled)
            Assert.IsAssignableFrom<OperationCanceledException>(error);
        else
            Assert.Equal(ChatErrorReason.ConnectTimedOut, Assert.IsType<ChatException>(error).Reason);
        await server.Completion;
    }

    private SslStream OpenTls() => OpenTls(new TcpClient("127.0.0.1", Port));

    private static SslStream OpenTls(TcpClient tcp)
    {
        var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null) { ReadTimeout = (int)Timeout.TotalMilliseconds };
        tls.AuthenticateAsClient("test");
        return tls;
    }

    private static void AssertRefused(SslStream client)
    {
        using var reader = new System.IO.StreamReader(client);
        Assert.Equal("PAIRCHAT 1 REFUSED\n", reader.ReadToEnd());
    }

    private void Start(SecureServerOptions options)
    {
        _trust = new ServerTrust(UserKey.Load(), options, UserFiles.TrustedKeys);
        _listener = new SecureListener(TcpConnectionListener.Listen(IPAddress.Loopback, 0), _trust);
        _listener.Warning += _warnings.Enqueue;
    }

    private ChatInvite CreateInvite() => _trust.Invites.Create("127.0.0.1", Port, null, new ChatInviteOptions { Lifetime = TimeSpan.FromMinutes(1), MaxUses = 1 });

    private TlsConnection Connect(SecureClientOptions options, out ChatSecurity security, int? port = null)
    {
        var transport = TcpConnector.Connect("127.0.0.1", port ?? Port, Timeout, CancellationToken.None);
        var connection = SecureConnector.Connect(transport, "127.0.0.1", port ?? Port, options, ResumeMode.Never, Deadline.After(Timeout), CancellationToken.None).Connection;
        security = connection.Security!;
        return connection;
    }

    private ChatException ConnectError(SecureClientOptions options, int? port = null) => Assert.Throws<ChatException>(() => Connect(options, out _, port));

    private static string ReceiveText(TransportConnection connection, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var received = connection.Receive(bytes, at, count - at, TransportConnection.PollInterval);
            Assert.NotEqual(0, received);
            at += Math.Max(0, received);
        }
        return Encoding.UTF8.GetString(bytes);
    }

    private static void Send(TlsConnection connection, byte[] bytes) => Assert.True(connection.TrySendAll(bytes, Deadline.After(TimeSpan.FromSeconds(20))));

    /// <summary>A server that accepts one TLS connection.</summary>
    private sealed class TestTlsServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly X509Certificate2 _certificate = X509CertificateLoader.LoadPkcs12(CertificateFactory.CreatePfx(), null);

        /// <param name="serve">Uses the connection after the handshake. That the client closes it without a TLS close is not an error.</param>
        public TestTlsServer(Action<SslStream> serve)
        {
            _listener.Start();
            Completion = Task.Run(async () =>
            {
                using var tcp = await _listener.AcceptTcpClientAsync().WaitAsync(Timeout);
                using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false);
                await tls.AuthenticateAsServerAsync(_certificate);
                try
                {
                    serve(tls);
                }
                catch (System.IO.IOException)
                {
                    // The client has closed the connection.
                }
            });
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public string Fingerprint => KeyFingerprint.FromCertificate(_certificate.GetRawCertData()).ToString();

        /// <summary>Gets the task that ends when the client has closed the connection.</summary>
        public Task Completion { get; }

        public void Dispose()
        {
            _listener.Dispose();
            _certificate.Dispose();
        }
    }
}
