using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

public sealed class ScriptRunTests
{
    private const string Conversation = """
        # talk.chat
        Chris> order {count} bolts
        HostA> ok *
        Chris> when?
        HostA> /^in (?<days>\d+) days$/
        Chris> fine, {days} days
        Chris> \quit
        """;

    private static readonly ChatScriptOptions Options = new()
    {
        Timeout = TimeSpan.FromSeconds(10),
        Variables = new Dictionary<string, string> { ["count"] = "12" },
    };

    [Fact]
    public async Task Script_runs_on_both_sides_with_the_same_transcript()
    {
        var (chris, host) = Pair();
        var script = ChatScript.Parse(Conversation);
        var responses = Task.Run(() => ChatScriptRunner.Run(host, script, Options with
        {
            Variables = new Dictionary<string, string> { ["count"] = "12", ["days"] = "3" },
        }));
        var requested = ChatScriptRunner.Run(chris, script, Options);
        var responded = await responses;
        string[] expected = ["Chris> order 12 bolts", "HostA> ok `*", "Chris> when`?", "HostA> in 3 days", "Chris> fine, 3 days", @"Chris> \quit"];
        Assert.Equal(expected, requested.Transcript.Select(e => e.ToString()));
        Assert.Equal(expected, responded.Transcript.Select(e => e.ToString()));
        Assert.Equal((true, true), (requested.Succeeded, responded.Succeeded));
        Assert.Equal(("3", "3"), (requested.Captures["days"], responded.Captures["DAYS"]));
        Assert.Equal(7, requested.Step!.Line);
        Assert.EndsWith(" s.", requested.ToString());
    }

    [Fact]
    public async Task A_client_that_connects_when_the_script_begins_again_loses_no_message()
    {
        const int Count = 500;
        var script = ChatScript.Parse("Chris> hello\nHostA> hi\nChris> \\quit");
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        var serving = Task.Factory.StartNew(() =>
        {
            for (var i = 0; i < Count; i++)
                Assert.True(ChatScriptRunner.Run(server, script, Options) is { Succeeded: true }, $"{i}");
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var i = 0; i < Count && !serving.IsCompleted; i++)
        {
            using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris" });
            client.Send("hello");
            Assert.Equal("hi", client.Receive(TimeSpan.FromSeconds(10))?.Text);
        }
        await serving;
    }

    [Fact]
    public void Unexpected_message_fails_at_its_line()
    {
        var (chris, host) = Pair();
        var responses = Respond(host, "sorry \u001b[2J");
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse(Conversation), Options);
        responses.Wait();
        Assert.Equal((false, ChatErrorReason.ExpectationFailed, 3, "ok *", "sorry \u001b[2J"),
            (result.Succeeded, result.Reason, result.Step!.Line, result.Expected, result.Actual));
        Assert.Equal(["  Chris> order 12 bolts", "! HostA> sorry \u241b[2J"], result.ToString().Split(Environment.NewLine).Take(2));
        Assert.Contains("ExpectationFailed after", result.ToString());
        Assert.DoesNotContain('\u001b', result.Error!.Message);
        Assert.Equal(ChatSessionState.Connected, chris.State);
    }

    [Fact]
    public void Peer_that_quits_is_distinguished_from_a_lost_connection()
    {
        var (chris, host) = Pair();
        var responses = Task.Run(() =>
        {
            host.Receive();
            host.Disconnect();
        });
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse(Conversation), Options);
        responses.Wait();
        Assert.Equal((ChatErrorReason.PeerQuit, 3, null), (result.Reason, result.Step!.Line, result.Actual));
        Assert.Contains("! HostA> ok *", result.ToString());
        Assert.Equal("Line 3: Expected 'ok *', but the peer left.", result.Error!.Message);

        var (left, right) = InMemoryConnection.CreatePair();
        using var broken = ClientSession.FromConnection(left, new ChatOptions { Handle = "Chris" });
        var breaks = Task.Run(() =>
        {
            var scratch = new byte[100];
            while (right.Receive(scratch, 0, scratch.Length, 50) == TransportConnection.WouldBlock)
            {
                // Waits for the message.
            }
            right.Abort();
        });
        result = ChatScriptRunner.Run(broken, ChatScript.Parse(Conversation), Options);
        breaks.Wait();
        Assert.Equal((ChatErrorReason.PeerDisconnected, 3), (result.Reason, result.Step!.Line));
    }

    [Fact]
    public void Missing_message_fails_at_the_timeout_or_the_total_timeout()
    {
        var (chris, _) = Pair();
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse(Conversation), Options with { Timeout = TimeSpan.FromMilliseconds(50) });
        Assert.Equal((ChatErrorReason.ReceiveTimedOut, 3), (result.Reason, result.Step!.Line));
        Assert.Contains("0.05 seconds", result.Error!.Message);

        (chris, _) = Pair();
        result = ChatScriptRunner.Run(chris, ChatScript.Parse(Conversation), Options with { TotalTimeout = TimeSpan.FromMilliseconds(50) });
        Assert.Equal((ChatErrorReason.ReceiveTimedOut, 3), (result.Reason, result.Step!.Line));
        Assert.Contains("did not complete", result.Error!.Message);
    }

    [Fact]
    public void Stopped_script_leaves_the_session_open()
    {
        var (chris, host) = Pair();
        using var stop = new CancellationTokenSource(50);
        Assert.ThrowsAny<OperationCanceledException>(() => ChatScriptRunner.Run(chris, ChatScript.Parse(Conversation), Options, stop.Token));
        Respond(host, "still here").Wait();
        Assert.Equal("still here", chris.Receive()!.Text);
    }

    [Fact]
    public void Closed_session_is_distinguished_from_a_peer_that_quits()
    {
        var (chris, _) = Pair();
        using var closes = new Timer(_ => chris.Dispose(), null, 50, Timeout.Infinite);
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse(Conversation), Options);
        Assert.Equal((ChatErrorReason.SessionClosed, 3), (result.Reason, result.Step!.Line));
    }

    [Theory]
    [InlineData("HostA> hi", 1, 1, "first turn")]
    [InlineData("Chris> a\nChris> b", 2, 1, "already spoken")]
    [InlineData("Chris> a\nHostA> b\n\nHostA> c", 4, 1, "already spoken")]
    [InlineData("Chris> a\nHostA> b | HostA> c -> end\nChris> d\n:end\nHostA> e", 5, 1, "already spoken")]
    [InlineData("Chris> a\nBob> b\nChris> c\nHostA> d", 4, 1, "third speaker")]
    [InlineData("Bob> b\nHostA> d", 2, 1, "lines of 'Chris' are sent")]
    [InlineData("Chris> a | HostA> b", 1, 1, "both")]
    [InlineData("Chris> a {nothing}", 1, 10, "No value")]
    [InlineData("Chris> a\nHostA> {days}\nChris> {days}", 2, 8, "No value")]
    [InlineData("Chris> ", 1, 7, "empty")]
    [InlineData("Chris> a`u{a}b", 1, 8, "line break")]
    [InlineData("Chris> /(?!x)y/", 1, 9, "No text to send")]
    public void Invalid_script_throws_before_anything_is_sent(string text, int line, int column, string message)
    {
        var (chris, host) = Pair();
        var error = Assert.Throws<ChatException>(() => ChatScriptRunner.Run(chris, ChatScript.Parse(text), Options));
        Assert.Equal(ChatErrorReason.ScriptInvalid, error.Reason);
        Assert.StartsWith($"Line {line}, column {column}: ", error.Message);
        Assert.Contains(message, error.Message);
        Assert.Equal(0, chris.MessagesSent);
        Assert.Equal(ReceiveOutcome.TimedOut, host.TryReceive(TimeSpan.Zero, false).Outcome);
    }

    [Fact]
    public void Line_of_501_characters_throws_before_anything_is_sent()
    {
        var (chris, _) = Pair();
        var lines = "Chris> ok\nHostA> *\nChris> ";
        var error = Assert.Throws<ChatException>(() => ChatScriptRunner.Run(chris, ChatScript.Parse(lines + new string('x', 501)), Options));
        Assert.StartsWith("Line 3, column 8: The message has 501 characters", error.Message);
        Assert.Equal(0, chris.MessagesSent);
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse("Chris> " + new string('x', 500)), Options);
        Assert.True(result.Succeeded);
        // Captures are known only while the script runs.
        var (asks, responses) = Pair();
        var responded = Respond(responses, new string('x', 499));
        result = ChatScriptRunner.Run(asks, ChatScript.Parse("Chris> a\nHostA> /(?<x>.*)/\nChris> {x}{x}"), Options);
        responded.Wait();
        Assert.Equal((ChatErrorReason.MessageTooLong, 3), (result.Reason, result.Step!.Line));
    }

    [Theory]
    [InlineData("ok then", "Chris> thanks")]
    [InlineData("sorry, none left", "Chris> pity")]
    public void Response_selects_the_branch(string answer, string last)
    {
        var (chris, host) = Pair();
        var responses = Respond(host, answer);
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse("""
            Chris> order
            HostA> ok * -> ordered | HostA> sorry*
            Chris> pity -> end
            :ordered
            Chris> thanks
            :end
            """), Options);
        responses.Wait();
        Assert.True(result.Succeeded, result.ToString());
        Assert.Equal(last, result.Transcript[^1].ToString());
    }

    [Fact]
    public async Task Quit_can_be_a_branch()
    {
        var (chris, host) = Pair();
        var quits = Task.Run(() =>
        {
            host.Receive();
            host.Disconnect();
        });
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse("Chris> order\nHostA> ok | HostA> \\quit"), Options);
        await quits;
        Assert.True(result.Succeeded, result.ToString());
        Assert.Equal(@"HostA> \quit", result.Transcript[^1].ToString());
    }

    [Fact]
    public void Handle_selects_the_lines_to_send()
    {
        var (chris, host) = Pair();
        var responses = Respond(host, "ok 12");
        Assert.True(ChatScriptRunner.Run(chris, ChatScript.Parse("Bob> order\nAnn> ok *"), Options with { Handle = "bob" }).Succeeded);
        responses.Wait();
    }

    [Fact]
    public void Free_turn_order_allows_consecutive_lines()
    {
        var (chris, host) = Pair(TurnOrder.Free);
        host.Send("one");
        host.Send("two");
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse("HostA> one\nHostA> two\nChris> a\nChris> b"), Options);
        Assert.True(result.Succeeded, result.ToString());
    }

    [Fact]
    public void Transcript_runs_as_a_script_with_the_same_texts()
    {
        string[] texts = ["what? *", "{days} | HostA> `no`", "/etc/[a-z]", "👨‍👩‍👧\u202e ok -> x", "trailing  "];
        var (chris, host) = Pair();
        for (var i = 0; i < texts.Length; i++)
        {
            (i % 2 == 0 ? (ChatSession)chris : host).Send(texts[i]);
            (i % 2 == 0 ? (ChatSession)host : chris).Receive();
        }
        chris.Disconnect();
        var file = string.Join('\n', chris.GetTranscript().Select(e => e.ToString()));

        var (again, other) = Pair();
        var responses = Task.Run(() => ChatScriptRunner.Run(other, ChatScript.Parse(file), Options));
        var result = ChatScriptRunner.Run(again, ChatScript.Parse(file), Options);
        responses.Wait();
        Assert.True(result.Succeeded, result.ToString());
        Assert.True(responses.Result.Succeeded, responses.Result.ToString());
        Assert.Equal(texts, result.Transcript.Select(e => e.Text));
    }

    [Fact]
    public void Server_runs_a_script_with_one_client_after_another()
    {
        using var listener = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, System.Net.IPAddress.Loopback);
        // When the second client connects, the end of the first conversation is unread.
        var script = ChatScript.Parse("Chris> ping\nHostA> pong");
        for (var i = 0; i < 3; i++)
        {
            using var client = ClientSession.Connect("127.0.0.1", listener.Port, new ChatOptions { Handle = "Chris" });
            var serves = Task.Run(() => ChatScriptRunner.Run(listener, script, Options));
            var result = ChatScriptRunner.Run(client, script, Options);
            Assert.True(result.Succeeded, result.ToString());
            Assert.True(serves.Result.Succeeded, serves.Result.ToString());
            client.Disconnect();
            WaitForState(listener, ChatSessionState.Listening);
        }
    }

    public static TheoryData<string> Dialects => [.. ChatDialect.BuiltIn.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Script_runs_on_both_sides_in_every_dialect(string name)
    {
        var dialect = ChatDialect.Get(name);
        string[] lines = ["Chris> hello there", "HostA> /^ok (?<n>\\d+)$/", "Chris> fine {n}", "HostA> yes", @"Chris> \quit"];
        var script = ChatScript.Parse(string.Join('\n', dialect.FirstSpeaker == ChatSide.Server ? lines[1..] : lines));
        using var host = ServerSession.Start(0, new ChatOptions { Handle = "HostA", Dialect = dialect }, System.Net.IPAddress.Loopback);
        var serves = Task.Run(() => ChatScriptRunner.Run(host, script, Options));
        using var chris = ClientSession.Connect("127.0.0.1", host.Port, new ChatOptions { Handle = "Chris", Dialect = dialect });
        var result = ChatScriptRunner.Run(chris, script, Options);
        var served = await serves;
        Assert.True(result.Succeeded, result.ToString());
        Assert.True(served.Succeeded, served.ToString());
        Assert.Equal(result.Transcript.Select(e => e.Text), served.Transcript.Select(e => e.Text));
    }

    [Fact]
    public async Task Room_expects_each_speaker_in_order_and_ignores_other_members()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host" }, new RoomOptions(), System.Net.IPAddress.Loopback);
        using var ann = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Ann" });
        using var bob = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Bob" });
        using var eve = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Eve" });
        var script = ChatScript.Parse("""
            host> ready?
            Ann> ready *
            Bob> ready *
            host> go
            """);
        var members = new[] { bob, ann }.Select(m => Task.Run(() => ChatScriptRunner.Run(m, script, Options))).ToArray();
        // Bob may respond first, and Eve sends messages in between.
        foreach (var text in new[] { "me too", "and again" })
            eve.Send(text);
        var result = ChatScriptRunner.Run(room, script, Options);
        Assert.True(result.Succeeded, result.ToString());
        foreach (var member in members)
        {
            var memberResult = await member;
            Assert.True(memberResult.Succeeded, memberResult.ToString());
        }
    }

    [Fact]
    public void Script_can_begin_with_quit()
    {
        var (chris, host) = Pair();
        chris.Disconnect();
        WaitForState(host, ChatSessionState.Listening);
        var result = ChatScriptRunner.Run(host, ChatScript.Parse("Chris> \\quit"), Options);
        Assert.True(result.Succeeded, result.ToString());
    }

    [Fact]
    public void Result_marks_the_unexpected_message_and_not_those_after_it()
    {
        ChatTranscriptEntry[] transcript = [CreateEntry("Ann", "no"), CreateEntry("Ann", "no"), CreateEntry("Bob", "later")];
        var error = new ChatException(ChatErrorReason.ExpectationFailed, "Line 2: wrong");
        var result = CreateResult(error, "no");
        Assert.Equal(["  Ann> no", "! Ann> no", "  Bob> later", "ExpectationFailed after 1.25 s: Line 2: wrong"], result.Split(Environment.NewLine));
        Assert.Equal(["  Ann> no", "  Ann> no", "  Bob> later", "! HostA> yes", "ExpectationFailed after 1.25 s: Line 2: wrong"],
            CreateResult(error, null).Split(Environment.NewLine));
        Assert.Equal(["  Ann> no", "  Ann> no", "  Bob> later", "Succeeded in 1.25 s."], CreateResult(null, null).Split(Environment.NewLine));

        string CreateResult(ChatException? failure, string? actual) => new ChatScriptResult(
            ChatScript.Parse("Chris> a\nHostA> yes").Steps[1], failure, "yes", actual, new Dictionary<string, string>(), transcript, TimeSpan.FromSeconds(1.25)).ToString();
        static ChatTranscriptEntry CreateEntry(string from, string text) => new(DateTime.UtcNow, 1, from, text, isMine: false, notice: null);
    }

    [Fact]
    public void Server_without_a_client_fails_at_the_timeout_of_the_step_or_the_script()
    {
        using var host = ServerSession.Start(0, new ChatOptions { Handle = "HostA", Dialect = ChatDialect.Get("ServerQuestion") }, System.Net.IPAddress.Loopback);
        var script = ChatScript.Parse("HostA> hello");
        AssertTimedOut("Line 1: No client connected within 0.05 seconds.", script, Options with { Timeout = TimeSpan.FromMilliseconds(50) });
        AssertTimedOut("Line 1: The script did not complete within 0.05 seconds.", script, Options with { TotalTimeout = TimeSpan.FromMilliseconds(50) });
        AssertTimedOut("Line 1: The script did not complete within 0 seconds.", script, Options with { TotalTimeout = TimeSpan.Zero });
        var builder = new Scripting.ScriptBuilder();
        builder.Add(isOwn: true, null, ["hello"], timeout: TimeSpan.FromMilliseconds(30));
        AssertTimedOut("Line 1: No client connected within 0.03 seconds.", builder.Build(), Options);

        void AssertTimedOut(string message, ChatScript steps, ChatScriptOptions options)
        {
            var result = ChatScriptRunner.Run(host, steps, options);
            Assert.Equal((ChatErrorReason.ReceiveTimedOut, message, null), (result.Reason, result.Error!.Message, result.Expected));
        }
    }

    [Fact]
    public async Task Label_selector_takes_precedence_and_its_label_must_follow()
    {
        var (chris, host) = Pair();
        var builder = new Scripting.ScriptBuilder();
        builder.Add(isOwn: true, null, ["a"]);
        builder.Add(isOwn: false, null, ["*"], goTo: "first", labelSelector: (message, _) => message!.Text);
        builder.AddLabel("first");
        builder.AddLabel("second");
        builder.Add(isOwn: true, null, ["b"]);
        var script = builder.Build();
        var responses = Respond(host, "second");
        var result = ChatScriptRunner.Run(chris, script, Options);
        await responses;
        Assert.True(result.Succeeded, result.ToString());

        (chris, host) = Pair();
        responses = Respond(host, "none");
        result = ChatScriptRunner.Run(chris, script, Options);
        await responses;
        Assert.Equal("Line 2: The label :none was not found below this line.", result.Error!.Message);
        Assert.Equal(("*", "none"), (result.Expected, result.Actual));
    }

    [Fact]
    public async Task Room_keeps_what_later_lines_expect_and_fails_when_it_is_too_much()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host" }, new RoomOptions(), System.Net.IPAddress.Loopback);
        using var ann = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Ann" });
        using var bob = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Bob" });
        var script = ChatScript.Parse("Ann> one\nBob> first\nBob> second");
        bob.Send("first");
        bob.Send("second");
        ann.Send("one");
        var result = ChatScriptRunner.Run(room, script, Options);
        Assert.True(result.Succeeded, result.ToString());

        var floods = Task.Run(() =>
        {
            for (var i = 0; i <= Sessions.DeferredMessages.Capacity; i++)
                room.Send("x");
        });
        result = ChatScriptRunner.Run(bob, ChatScript.Parse("Eve> two\nhost> *"), Options);
        await floods;
        Assert.Equal((ChatErrorReason.InboxFull, $"Line 1: {Sessions.DeferredMessages.Capacity} messages were received that no line of the script has read."),
            (result.Reason, result.Error!.Message));
    }

    private static (ClientSession Chris, ServerSession Host) Pair(TurnOrder order = TurnOrder.Alternate)
    {
        var host = ServerSession.Start(0, new ChatOptions { Handle = "HostA", TurnOrder = order }, System.Net.IPAddress.Loopback);
        var chris = ClientSession.Connect("127.0.0.1", host.Port, new ChatOptions { Handle = "Chris", TurnOrder = order });
        Assert.True(SpinWait.SpinUntil(() => host.Peer is not null, TimeSpan.FromSeconds(10)));
        return (chris, host);
    }

    private static void WaitForState(ChatSession session, ChatSessionState state) => Assert.True(SpinWait.SpinUntil(() =>
    {
        session.Refresh();
        return session.State == state;
    }, TimeSpan.FromSeconds(10)));

    private static Task Respond(ServerSession host, string text) => Task.Run(() =>
    {
        host.Receive();
        host.Send(text);
    });
}
