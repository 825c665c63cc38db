using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Security;
using Xunit;
using Xunit.Abstractions;

namespace PSPairChat.Unit;

/// <summary>Sessions that survive the loss of their connection, over a network that fails.</summary>
/// <param name="output">Receives the numbers of messages and cuts.</param>
[Collection("The keys that the user trusts")]
public sealed class ResumeSessionTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BeginTimeout = TimeSpan.FromSeconds(5);
    private static readonly ResumeOptions ShortLimit = new() { ReconnectTimeout = TimeSpan.FromMilliseconds(700) };

    [Fact]
    public async Task Turns_arrive_once_and_in_order_through_cuts_at_random_byte_counts()
    {
        var turns = (int)GetNumber("PAIRCHAT_RESUME_TURNS", 300);
        var maxBytes = (int)GetNumber("PAIRCHAT_RESUME_CUT_BYTES", 9000);
        var random = new Random(Environment.TickCount);
        using var server = StartServer();
        using var relay = new CuttingRelay(server.Port, () =>
        {
            lock (random)
                return random.Next(1, maxBytes);
        });
        // The first connection has to come through: a session that has not begun cannot be resumed.
        using var client = ConnectThrough(relay, server);
        var serve = Task.Run(() =>
        {
            for (var turn = 0; turn < turns; turn++)
            {
                Assert.Equal($"question {turn}", server.Receive(Timeout)!.Text);
                server.Send($"answer {turn}");
            }
        });
        for (var turn = 0; turn < turns; turn++)
        {
            client.Send($"question {turn}");
            Assert.Equal($"answer {turn}", client.Receive(Timeout)!.Text);
        }
        await serve;
        Assert.InRange(relay.Cuts, turns * 30 / maxBytes, int.MaxValue);
        output.WriteLine($"{2 * turns} messages, {relay.Cuts} cuts");
    }

    [Fact]
    public async Task Both_ends_send_at_any_time_through_cuts()
    {
        const int Messages = 3000;
        var random = new Random(Environment.TickCount);
        using var server = StartServer(turnOrder: TurnOrder.Free);
        using var relay = new CuttingRelay(server.Port, () =>
        {
            lock (random)
                return random.Next(1, 30_000);
        });
        using var client = ConnectThrough(relay, server, turnOrder: TurnOrder.Free);
        await Task.WhenAll(new[] { Task.Run(() => SendAll(client)), Task.Run(() => SendAll(server)), Task.Run(() => ReceiveAll(client)), Task.Run(() => ReceiveAll(server)) });
        Assert.InRange(relay.Cuts, 5, int.MaxValue);

        static void SendAll(PairSession session)
        {
            for (var i = 0; i < Messages; i++)
                session.Send($"message {i}");
        }

        static void ReceiveAll(PairSession session)
        {
            for (var i = 0; i < Messages; i++)
                Assert.Equal($"message {i}", session.Receive(Timeout)!.Text);
        }
    }

    [Fact]
    public void Swallowed_bytes_are_sent_again_after_the_cut()
    {
        var maxSeconds = GetNumber("PAIRCHAT_RESUME_SWALLOW_SECONDS", 1);
        using var server = StartServer();
        using var relay = new CuttingRelay(server.Port);
        using var client = Connect(relay, server);
        foreach (var seconds in new[] { maxSeconds / 10, maxSeconds / 2, maxSeconds })
        {
            client.Send("question");
            Assert.Equal("question", server.Receive(Timeout)!.Text);
            relay.Swallows = true;
            server.Send("answer");
            Assert.Equal(ReceiveOutcome.TimedOut, client.TryReceive(TimeSpan.FromSeconds(seconds), waitOnOwnTurn: true).Outcome);
            Assert.Equal(["answer"], server.Unconfirmed);
            relay.Cut();
            relay.Swallows = false;
            Assert.Equal("answer", client.Receive(Timeout)!.Text);
        }
    }

    [Fact]
    public void Silent_connection_is_lost_after_the_heartbeat_timeout_and_resumed()
    {
        var options = new ResumeOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(200), HeartbeatTimeout = TimeSpan.FromSeconds(1) };
        using var server = StartServer(options);
        using var relay = new CuttingRelay(server.Port);
        using var client = Connect(relay, server, options);
        client.Send("one");
        Assert.Equal("one", server.Receive(Timeout)!.Text);
        relay.Swallows = true;
        server.Send("two");
        Assert.Null(client.TryReceive(TimeSpan.FromSeconds(1.5), waitOnOwnTurn: true).Message);
        relay.Swallows = false;
        Assert.Equal("two", client.Receive(Timeout)!.Text);
        Assert.InRange(relay.Connections, 2, int.MaxValue);
    }

    [Fact]
    public void Loss_is_told_at_both_ends_and_so_is_what_is_not_confirmed()
    {
        using var server = StartServer();
        using var relay = new CuttingRelay(server.Port);
        using var client = Connect(relay, server);
        client.Send("one");
        Assert.Equal("one", server.Receive(Timeout)!.Text);
        Assert.True(client.Security!.CanResume && server.Security!.CanResume);
        relay.IsDown = true;
        relay.Cut();
        foreach (var session in new PairSession[] { client, server })
        {
            Assert.True(SpinWait.SpinUntil(() => session.State == ChatSessionState.Reconnecting, Timeout));
            Assert.NotNull(session.Peer);
            Assert.NotNull(session.Turn);
        }
        var stop = new CancellationTokenSource(100);
        var watch = Stopwatch.StartNew();
        Assert.ThrowsAny<OperationCanceledException>(() => server.Send("two", stop.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => client.Receive(Timeout, stop.Token));
        Assert.InRange(watch.ElapsedMilliseconds, 50, 2000);
        Assert.Equal(ReceiveOutcome.TimedOut, client.TryReceive(TimeSpan.FromMilliseconds(100), waitOnOwnTurn: true).Outcome);
        relay.IsDown = false;
        server.Send("two");
        Assert.Equal("two", client.Receive(Timeout)!.Text);
        client.Send("three");
        Assert.Equal("three", server.Receive(Timeout)!.Text);
        Assert.Empty(server.Unconfirmed);
        foreach (var session in new PairSession[] { client, server })
        {
            Assert.Equal(ChatSessionState.Connected, session.State);
            Assert.Equal(["Connection lost. Reconnecting...", "Reconnected."], session.DequeueNoticeTexts().Where(n => n.Contains("onnect", StringComparison.Ordinal)).TakeLast(2));
            Assert.Contains(session.GetTranscript(), entry => entry.Text == "Reconnected.");
        }
    }

    [Fact]
    public void Session_that_is_not_resumed_in_time_is_lost_and_tells_what_is_not_confirmed()
    {
        using var server = StartServer(ShortLimit);
        using var relay = new CuttingRelay(server.Port);
        using var client = Connect(relay, server, ShortLimit);
        client.Send("one");
        Assert.Equal("one", server.Receive(Timeout)!.Text);
        relay.Swallows = relay.IsDown = true;
        server.Send("two");
        relay.Cut();
        var result = client.TryReceive(Timeout, waitOnOwnTurn: true);
        Assert.Equal(ChatErrorReason.PeerDisconnected, result.Error?.Reason);
        Assert.Contains("not resumed within 0.7 seconds", result.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(ChatErrorReason.PeerDisconnected, server.TryReceive(Timeout, waitOnOwnTurn: true).Error?.Reason);
        Assert.Equal((ChatCloseReason.PeerDisconnected, ChatCloseReason.PeerDisconnected), (client.CloseReason, server.CloseReason));
        Assert.Equal(["two"], server.Unconfirmed);
        // The server accepts the next client.
        using var next = Connect(server);
        next.Send("three");
        Assert.Equal("three", server.Receive(Timeout)!.Text);
    }

    [Fact]
    public void Client_that_comes_back_to_a_closed_session_learns_so_at_once()
    {
        using var server = StartServer();
        using var relay = new CuttingRelay(server.Port);
        using var client = Connect(relay, server);
        client.Send("one");
        Assert.Equal("one", server.Receive(Timeout)!.Text);
        relay.IsDown = true;
        relay.Cut();
        Assert.True(SpinWait.SpinUntil(() => server.State == ChatSessionState.Reconnecting, Timeout));
        server.Disconnect();
        relay.IsDown = false;
        var watch = Stopwatch.StartNew();
        Assert.Contains("has ended the session", client.TryReceive(Timeout, waitOnOwnTurn: true).Error!.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 15);
    }

    [Theory]
    [InlineData(ResumeMode.Auto, ChatCloseReason.PeerRestarting, "is restarting")]
    [InlineData(ResumeMode.Never, ChatCloseReason.PeerQuit, "has left")]
    public void Client_knows_whether_the_server_comes_back(ResumeMode mode, ChatCloseReason expected, string notice)
    {
        foreach (var isRestarting in new[] { true, false })
        {
            using var server = StartServer();
            using var relay = new CuttingRelay(server.Port);
            using var client = Connect(relay, server, new ResumeOptions { Mode = mode });
            client.Send("one");
            Assert.Equal("one", server.Receive(Timeout)!.Text);
            server.Send("two");
            server.Stop(isRestarting);
            Assert.Equal("two", client.Receive(Timeout)!.Text);
            Assert.Null(client.TryReceive(Timeout, waitOnOwnTurn: true).Error);
            Assert.Equal(isRestarting ? expected : ChatCloseReason.PeerQuit, client.CloseReason);
            Assert.Contains(client.DequeueNoticeTexts(), n => n.Contains(isRestarting ? notice : "has left", StringComparison.Ordinal));
            // The end is known: there is nothing to resume.
            Assert.Equal(1, relay.Connections);
        }
    }

    [Fact]
    public void Waiting_client_does_not_keep_the_first_one_from_coming_back()
    {
        using var server = StartServer();
        using var relay = new CuttingRelay(server.Port);
        using var client = Connect(relay, server);
        client.Send("one");
        Assert.Equal("one", server.Receive(Timeout)!.Text);
        using var second = Connect(server);
        var third = Task.Run(() => Connect(server));
        relay.Cut();
        server.Send("two");
        Assert.Equal("two", client.Receive(Timeout)!.Text);
        Assert.False(third.IsCompleted);
        client.Disconnect();
        Assert.Null(server.Receive(Timeout));
        second.Send("three");
        Assert.Equal("three", server.Receive(Timeout)!.Text);
        third.Result.Dispose();
    }

    [Fact]
    public void Client_that_is_lost_before_it_has_the_token_does_not_make_the_next_one_wait()
    {
        using var server = StartServer();
        var transport = TcpConnector.Connect("127.0.0.1", server.Port, Timeout, CancellationToken.None);
        var invite = server.Invites.Create(new ChatInviteOptions { HostName = "127.0.0.1" }).ToString();
        SecureConnector.Connect(transport, "127.0.0.1", server.Port, new SecureClientOptions { Invite = invite }, ResumeMode.Auto, Deadline.After(Timeout), CancellationToken.None)
            .Connection.Abort();
        using var client = Connect(server);
        client.Send("one");
        Assert.Equal(ChatErrorReason.PeerDisconnected, Assert.Throws<ChatException>(() => server.Receive(TimeSpan.FromSeconds(15))).Reason);
        Assert.Equal("one", server.Receive(Timeout)!.Text);
    }

    [Fact]
    public void Session_id_without_the_secret_or_with_an_altered_count_is_worth_nothing()
    {
        var registry = new ResumeRegistry(new ResumeOptions(), [1, 2, 3]);
        var token = ResumeToken.Create();
        using var connection = registry.Add(token, InMemoryConnection.CreatePair().Left);
        var proof = ResumeProof.ComputeClient(token.Secret, [1, 2, 3], 5);
        Assert.Equal(connection, registry.Find(token.Id));
        Assert.Null(registry.Find(ResumeToken.Create().Id));
        Assert.True(IsProved(proof, 5));
        Assert.False(IsProved(proof, 6));
        Assert.False(IsProved([], 5));
        Assert.False(IsProved(ResumeProof.ComputeClient(token.Secret, [1, 2, 4], 5), 5));
        Assert.False(IsProved(ResumeProof.ComputeServer(token.Secret, [1, 2, 3], 5), 5));
        for (var i = 0; i < token.Secret.Length; i++)
        {
            token.Secret[i] ^= 1;
            Assert.False(IsProved(proof, 5));
            token.Secret[i] ^= 1;
        }
        Assert.True(registry.HasSessions);
        connection.Dispose();
        Assert.Null(registry.Find(token.Id));
        Assert.False(registry.HasSessions);

        bool IsProved(byte[] proof, long received) => registry.IsProved(token, new ClientGreeting { Proof = proof, State = new ResumeState(received, 0, 0) });
    }

    [Fact]
    public void Thief_of_the_session_id_is_refused_and_does_not_disturb_the_session()
    {
        using var server = StartServer();
        using var client = Connect(server);
        client.Send("one");
        Assert.Equal("one", server.Receive(Timeout)!.Text);
        var transport = TcpConnector.Connect("127.0.0.1", server.Port, Timeout, CancellationToken.None);
        var (connection, answer) = SecureConnector.Resume(
            transport, "127.0.0.1", server.Port, UserKey.Load().Fingerprint.ToString(), ResumeToken.Create(), default, Deadline.After(Timeout), CancellationToken.None);
        connection.Dispose();
        Assert.Null(answer);
        Assert.Contains(server.DequeueNoticeTexts(), n => n.Contains("tried to resume a session", StringComparison.Ordinal));
        server.Send("two");
        Assert.Equal("two", client.Receive(Timeout)!.Text);
        Assert.Equal((ChatSessionState.Connected, ChatSessionState.Connected), (client.State, server.State));
    }

    [Theory]
    [InlineData(ResumeMode.Never, ResumeMode.Auto)]
    [InlineData(ResumeMode.Auto, ResumeMode.Never)]
    public void Session_of_which_one_end_does_not_resume_ends_with_its_connection(ResumeMode serverMode, ResumeMode clientMode)
    {
        using var server = StartServer(new ResumeOptions { Mode = serverMode });
        using var relay = new CuttingRelay(server.Port);
        using var client = Connect(relay, server, new ResumeOptions { Mode = clientMode });
        client.Send("one");
        Assert.Equal("one", server.Receive(Timeout)!.Text);
        Assert.False(client.Security!.CanResume || server.Security!.CanResume);
        relay.Cut();
        Assert.Equal(ChatErrorReason.PeerDisconnected, client.TryReceive(TimeSpan.FromSeconds(5), waitOnOwnTurn: true).Error?.Reason);
        Assert.Equal(ChatErrorReason.PeerDisconnected, server.TryReceive(TimeSpan.FromSeconds(5), waitOnOwnTurn: true).Error?.Reason);
        Assert.Equal(1, relay.Connections);
        if (serverMode == ResumeMode.Never)
            Assert.Equal(ChatErrorReason.ResumeNotSupported, Assert.Throws<ChatException>(() => Connect(relay, server, new ResumeOptions { Mode = ResumeMode.Always })).Reason);
    }

    [Fact]
    public void Anonymous_client_can_resume_only_if_the_server_says_so()
    {
        foreach (var (serverMode, clientMode, canResume) in new[]
        {
            (ResumeMode.Always, ResumeMode.Always, true), (ResumeMode.Always, ResumeMode.Auto, true), (ResumeMode.Auto, ResumeMode.Auto, false),
            (ResumeMode.Always, ResumeMode.Never, false),
        })
        {
            using var server = StartServer(new ResumeOptions { Mode = serverMode }, new SecureServerOptions { AllowAnonymous = true });
            using var client = ConnectWithoutInvite(server, clientMode);
            client.Send("one");
            Assert.Equal("one", server.Receive(Timeout)!.Text);
            Assert.Equal((ChatTrust.Anonymous, canResume, canResume), (server.Security!.Trust, server.Security.CanResume, client.Security!.CanResume));
        }
        using var other = StartServer(secure: new SecureServerOptions { AllowAnonymous = true });
        Assert.Equal(ChatErrorReason.ResumeNotSupported, Assert.Throws<ChatException>(() => ConnectWithoutInvite(other, ResumeMode.Always)).Reason);
    }

    [Fact]
    public void Client_with_a_trusted_key_can_resume()
    {
        using var server = StartServer(secure: new SecureServerOptions { RememberClients = true });
        Connect(server).Dispose();
        Assert.Null(server.TryReceive(Timeout, waitOnOwnTurn: true).Message);
        using var relay = new CuttingRelay(server.Port);
        using var client = ConnectWithoutInvite(server, ResumeMode.Auto, relay.Port);
        client.Send("one");
        Assert.Equal("one", server.Receive(Timeout)!.Text);
        Assert.Equal((ChatTrust.TrustedKey, true), (server.Security!.Trust, client.Security!.CanResume));
        relay.Cut();
        server.Send("two");
        Assert.Equal("two", client.Receive(Timeout)!.Text);
        UserFiles.TrustedKeys.Remove(UserKey.Load().Fingerprint);
    }

    private static ClientSession ConnectWithoutInvite(ServerSession server, ResumeMode mode, int? port = null) => ClientSession.Connect("127.0.0.1", port ?? server.Port, new ChatOptions
    {
        Handle = "Chris", SecureClient = new SecureClientOptions { Fingerprint = UserKey.Load().Fingerprint.ToString() }, Resume = new ResumeOptions { Mode = mode },
    }, Timeout);

    private static double GetNumber(string variable, double byDefault) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? double.Parse(value, CultureInfo.InvariantCulture) : byDefault;

    private static ServerSession StartServer(ResumeOptions? resume = null, SecureServerOptions? secure = null, TurnOrder turnOrder = TurnOrder.Alternate) => ServerSession.Start(
        0, new ChatOptions { Handle = "HostA", TurnOrder = turnOrder, SecureServer = secure ?? new SecureServerOptions(), Resume = resume ?? new ResumeOptions() }, IPAddress.Loopback);

    private static ClientSession Connect(ServerSession server) => Connect(server.Port, server, null, TurnOrder.Alternate);

    private static ClientSession Connect(CuttingRelay relay, ServerSession server, ResumeOptions? resume = null) => Connect(relay.Port, server, resume, TurnOrder.Alternate);

    private static ClientSession Connect(int port, ServerSession server, ResumeOptions? resume, TurnOrder turnOrder)
    {
        var invite = InviteUri.Create("127.0.0.1", port, null, null, server.Invites.Create().Token).ToString();
        return ClientSession.Connect("127.0.0.1", port, new ChatOptions
        {
            Handle = "Chris", TurnOrder = turnOrder, SecureClient = new SecureClientOptions { Invite = invite }, Resume = resume ?? new ResumeOptions(),
        }, Timeout);
    }

    // Repeats until a connection is not cut before the session begins.
    private static ClientSession ConnectThrough(CuttingRelay relay, ServerSession server, TurnOrder turnOrder = TurnOrder.Alternate)
    {
        while (true)
        {
            ClientSession? client = null;
            try
            {
                client = Connect(relay.Port, server, new ResumeOptions(), turnOrder);
                client.Send("begin");
                ReceiveBegin(server);
                server.Send("begun");
                Assert.Equal("begun", client.Receive(BeginTimeout)!.Text);
                return client;
            }
            catch (ChatException)
            {
                // A part of the handshake was lost.
                client?.Dispose();
                server.Disconnect();
            }
        }
    }

    // The server reports earlier clients whose handshake was cut when it was complete at its end.
    private static void ReceiveBegin(ServerSession server)
    {
        ReceiveResult result;
        do
            result = server.TryReceive(BeginTimeout, waitOnOwnTurn: true);
        while (result.Outcome == ReceiveOutcome.Ended);
        if (result.Outcome == ReceiveOutcome.TimedOut)
            throw new ChatException(ChatErrorReason.ReceiveTimedOut, "The client was cut.");
        Assert.Equal("begin", result.Message!.Text);
    }
}
