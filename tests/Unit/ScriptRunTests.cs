using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

public sealed class ScriptRunTests
{
    private const string Talk = """
        # talk.chat
        Chris> order {count} bolts
        HostA> ok *
        Chris> when?
        HostA> /^in (?<days>\d+) days$/
        Chris> fine, {days} days
        Chris> \quit
        """;

    private static readonly ChatScriptOptions Quick = new()
    {
        Timeout = TimeSpan.FromSeconds(10),
        Variables = new Dictionary<string, string> { ["count"] = "12" },
    };

    [Fact]
    public async Task One_file_drives_both_ends_and_both_tell_the_same()
    {
        var (chris, host) = Pair();
        var script = ChatScript.Parse(Talk);
        var answers = Task.Run(() => ChatScriptRunner.Run(host, script, Quick with
        {
            Variables = new Dictionary<string, string> { ["count"] = "12", ["days"] = "3" },
        }));
        var asked = ChatScriptRunner.Run(chris, script, Quick);
        var answered = await answers;
        string[] expected = ["Chris> order 12 bolts", "HostA> ok `*", "Chris> when`?", "HostA> in 3 days", "Chris> fine, 3 days", @"Chris> \quit"];
        Assert.Equal(expected, asked.Transcript.Select(e => e.ToString()));
        Assert.Equal(expected, answered.Transcript.Select(e => e.ToString()));
        Assert.Equal((true, true), (asked.Succeeded, answered.Succeeded));
        Assert.Equal(("3", "3"), (asked.Captures["days"], answered.Captures["DAYS"]));
        Assert.Equal(7, asked.Step!.Line);
        Assert.EndsWith(" s.", asked.ToString());
    }

    [Fact]
    public void Another_answer_fails_at_its_line_and_is_marked()
    {
        var (chris, host) = Pair();
        var answers = Answer(host, "sorry \u001b[2J");
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse(Talk), Quick);
        answers.Wait();
        Assert.Equal((false, ChatErrorReason.ExpectationFailed, 3, "ok *", "sorry \u001b[2J"),
            (result.Succeeded, result.Reason, result.Step!.Line, result.Expected, result.Actual));
        Assert.Equal(["  Chris> order 12 bolts", "! HostA> sorry \u241b[2J"], result.ToString().Split(Environment.NewLine).Take(2));
        Assert.Contains("ExpectationFailed after", result.ToString());
        Assert.DoesNotContain('\u001b', result.Error!.Message);
        Assert.Equal(ChatSessionState.Connected, chris.State);
    }

    [Fact]
    public void A_peer_that_leaves_instead_of_answering_is_told_from_one_that_breaks()
    {
        var (chris, host) = Pair();
        var answers = Task.Run(() =>
        {
            host.Receive();
            host.Disconnect();
        });
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse(Talk), Quick);
        answers.Wait();
        Assert.Equal((ChatErrorReason.PeerQuit, 3, null), (result.Reason, result.Step!.Line, result.Actual));
        Assert.Contains("! HostA> ok *", result.ToString());

        var (left, right) = InMemoryConnection.CreatePair();
        using var broken = ClientSession.FromConnection(left, new ChatOptions { Handle = "Chris" });
        var breaks = Task.Run(() =>
        {
            var scratch = new byte[100];
            while (right.Receive(scratch, 0, scratch.Length, 50) == TransportConnection.WouldBlock)
            {
                // until the message has come
            }
            right.SimulateConnectionLoss();
        });
        result = ChatScriptRunner.Run(broken, ChatScript.Parse(Talk), Quick);
        breaks.Wait();
        Assert.Equal((ChatErrorReason.PeerDisconnected, 3), (result.Reason, result.Step!.Line));
    }

    [Fact]
    public void Silence_ends_at_the_time_out_or_at_the_deadline()
    {
        var (chris, _) = Pair();
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse(Talk), Quick with { Timeout = TimeSpan.FromMilliseconds(50) });
        Assert.Equal((ChatErrorReason.ReceiveTimedOut, 3), (result.Reason, result.Step!.Line));
        Assert.Contains("0.05 seconds", result.Error!.Message);

        (chris, _) = Pair();
        result = ChatScriptRunner.Run(chris, ChatScript.Parse(Talk), Quick with { TotalTimeout = TimeSpan.FromMilliseconds(50) });
        Assert.Equal((ChatErrorReason.ReceiveTimedOut, 3), (result.Reason, result.Step!.Line));
        Assert.Contains("deadline", result.Error!.Message);
    }

    [Fact]
    public void A_script_can_be_stopped_and_the_session_goes_on()
    {
        var (chris, host) = Pair();
        using var stop = new CancellationTokenSource(50);
        Assert.ThrowsAny<OperationCanceledException>(() => ChatScriptRunner.Run(chris, ChatScript.Parse(Talk), Quick, stop.Token));
        Answer(host, "still here").Wait();
        Assert.Equal("still here", chris.Receive()!.Text);
    }

    [Fact]
    public void A_session_that_is_closed_meanwhile_is_no_peer_that_left()
    {
        var (chris, _) = Pair();
        using var closes = new Timer(_ => chris.Dispose(), null, 50, Timeout.Infinite);
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse(Talk), Quick);
        Assert.Equal((ChatErrorReason.SessionClosed, 3), (result.Reason, result.Step!.Line));
    }

    [Theory]
    [InlineData("HostA> hi", 1, 1, "first turn")]
    [InlineData("Chris> a\nChris> b", 2, 1, "has just spoken")]
    [InlineData("Chris> a\nHostA> b\n\nHostA> c", 4, 1, "has just spoken")]
    [InlineData("Chris> a\nHostA> b | HostA> c -> end\nChris> d\n:end\nHostA> e", 5, 1, "has just spoken")]
    [InlineData("Chris> a\nBob> b\nChris> c\nHostA> d", 4, 1, "third in a pair")]
    [InlineData("Bob> b\nHostA> d", 2, 1, "-As")]
    [InlineData("Chris> a | HostA> b", 1, 1, "both")]
    [InlineData("Chris> a {nothing}", 1, 10, "no value")]
    [InlineData("Chris> a\nHostA> {days}\nChris> {days}", 2, 8, "no value")]
    [InlineData("Chris> ", 1, 7, "at least one character")]
    [InlineData("Chris> a`u{a}b", 1, 8, "line break")]
    [InlineData("Chris> /(?!x)y/", 1, 9, "cannot be told")]
    public void What_cannot_be_held_is_refused_before_the_first_byte(string text, int line, int column, string why)
    {
        var (chris, host) = Pair();
        var refusal = Assert.Throws<ChatException>(() => ChatScriptRunner.Run(chris, ChatScript.Parse(text), Quick));
        Assert.Equal(ChatErrorReason.ScriptInvalid, refusal.Reason);
        Assert.StartsWith($"Line {line}, column {column}: ", refusal.Message);
        Assert.Contains(why, refusal.Message);
        Assert.Equal(0, chris.MessagesSent);
        Assert.Equal(ReceiveOutcome.TimedOut, host.TryReceive(TimeSpan.Zero, false).Outcome);
    }

    [Fact]
    public void A_line_of_501_characters_is_refused_and_one_of_500_is_not()
    {
        var (chris, _) = Pair();
        var talk = "Chris> ok\nHostA> *\nChris> ";
        var refusal = Assert.Throws<ChatException>(() => ChatScriptRunner.Run(chris, ChatScript.Parse(talk + new string('x', 501)), Quick));
        Assert.StartsWith("Line 3, column 8: The message has 501 characters", refusal.Message);
        Assert.Equal(0, chris.MessagesSent);
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse("Chris> " + new string('x', 500)), Quick);
        Assert.True(result.Succeeded);
        // What is captured is not known before.
        var (asks, answers) = Pair();
        var answered = Answer(answers, new string('x', 499));
        result = ChatScriptRunner.Run(asks, ChatScript.Parse("Chris> a\nHostA> /(?<x>.*)/\nChris> {x}{x}"), Quick);
        answered.Wait();
        Assert.Equal((ChatErrorReason.MessageTooLong, 3), (result.Reason, result.Step!.Line));
    }

    [Theory]
    [InlineData("ok then", "Chris> thanks")]
    [InlineData("sorry, none left", "Chris> pity")]
    public void The_answer_decides_where_the_script_goes_on(string answer, string last)
    {
        var (chris, host) = Pair();
        var answers = Answer(host, answer);
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse("""
            Chris> order
            HostA> ok * -> ordered | HostA> sorry*
            Chris> pity -> end
            :ordered
            Chris> thanks
            :end
            """), Quick);
        answers.Wait();
        Assert.True(result.Succeeded, result.ToString());
        Assert.Equal(last, result.Transcript[^1].ToString());
    }

    [Fact]
    public async Task An_end_may_be_one_of_the_alternatives()
    {
        var (chris, host) = Pair();
        var quits = Task.Run(() =>
        {
            host.Receive();
            host.Disconnect();
        });
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse("Chris> order\nHostA> ok | HostA> \\quit"), Quick);
        await quits;
        Assert.True(result.Succeeded, result.ToString());
        Assert.Equal(@"HostA> \quit", result.Transcript[^1].ToString());
    }

    [Fact]
    public void A_third_party_plays_a_part_under_another_name()
    {
        var (chris, host) = Pair();
        var answers = Answer(host, "ok 12");
        Assert.True(ChatScriptRunner.Run(chris, ChatScript.Parse("Bob> order\nAnn> ok *"), Quick with { Handle = "bob" }).Succeeded);
        answers.Wait();
    }

    [Fact]
    public void A_free_talk_has_no_turns_to_break()
    {
        var (chris, host) = Pair(TurnOrder.Free);
        host.Send("one");
        host.Send("two");
        var result = ChatScriptRunner.Run(chris, ChatScript.Parse("HostA> one\nHostA> two\nChris> a\nChris> b"), Quick);
        Assert.True(result.Succeeded, result.ToString());
    }

    [Fact]
    public void A_recorded_talk_is_a_script_that_comes_out_the_same()
    {
        string[] said = ["what? *", "{days} | HostA> `no`", "/etc/[a-z]", "👨‍👩‍👧\u202e ok -> x", "trailing  "];
        var (chris, host) = Pair();
        for (var i = 0; i < said.Length; i++)
        {
            (i % 2 == 0 ? (ChatSession)chris : host).Send(said[i]);
            (i % 2 == 0 ? (ChatSession)host : chris).Receive();
        }
        chris.Disconnect();
        var file = string.Join('\n', chris.GetTranscript().Select(e => e.ToString()));

        var (again, other) = Pair();
        var answers = Task.Run(() => ChatScriptRunner.Run(other, ChatScript.Parse(file), Quick));
        var result = ChatScriptRunner.Run(again, ChatScript.Parse(file), Quick);
        answers.Wait();
        Assert.True(result.Succeeded, result.ToString());
        Assert.True(answers.Result.Succeeded, answers.Result.ToString());
        Assert.Equal(said, result.Transcript.Select(e => e.Text));
    }

    [Fact]
    public void A_server_runs_a_script_with_one_client_after_another()
    {
        using var listener = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, System.Net.IPAddress.Loopback);
        // The second client finds the end of the first one's talk unread.
        var script = ChatScript.Parse("Chris> ping\nHostA> pong");
        for (var i = 0; i < 3; i++)
        {
            using var client = ClientSession.Connect("127.0.0.1", listener.Port, new ChatOptions { Handle = "Chris" });
            var serves = Task.Run(() => ChatScriptRunner.Run(listener, script, Quick));
            var result = ChatScriptRunner.Run(client, script, Quick);
            Assert.True(result.Succeeded, result.ToString());
            Assert.True(serves.Result.Succeeded, serves.Result.ToString());
            client.Disconnect();
            WaitForState(listener, ChatSessionState.Listening);
        }
    }

    public static TheoryData<string> Dialects => [.. ChatDialect.BuiltIn.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task One_file_drives_both_ends_in_every_dialect(string name)
    {
        var dialect = ChatDialect.Get(name);
        string[] lines = ["Chris> hello there", "HostA> /^ok (?<n>\\d+)$/", "Chris> fine {n}", "HostA> yes", @"Chris> \quit"];
        var script = ChatScript.Parse(string.Join('\n', dialect.FirstSpeaker == ChatSide.Server ? lines[1..] : lines));
        using var host = ServerSession.Start(0, new ChatOptions { Handle = "HostA", Dialect = dialect }, System.Net.IPAddress.Loopback);
        var serves = Task.Run(() => ChatScriptRunner.Run(host, script, Quick));
        using var chris = ClientSession.Connect("127.0.0.1", host.Port, new ChatOptions { Handle = "Chris", Dialect = dialect });
        var result = ChatScriptRunner.Run(chris, script, Quick);
        var served = await serves;
        Assert.True(result.Succeeded, result.ToString());
        Assert.True(served.Succeeded, served.ToString());
        Assert.Equal(result.Transcript.Select(e => e.Text), served.Transcript.Select(e => e.Text));
    }

    [Fact]
    public async Task In_a_room_each_speaker_is_heard_in_his_own_order_and_strangers_are_not()
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
        var members = new[] { bob, ann }.Select(m => Task.Run(() => ChatScriptRunner.Run(m, script, Quick))).ToArray();
        // Bob's answer comes first, and Eve talks in between.
        foreach (var text in new[] { "me too", "and again" })
            eve.Send(text);
        var result = ChatScriptRunner.Run(room, script, Quick);
        Assert.True(result.Succeeded, result.ToString());
        foreach (var member in members)
        {
            var heard = await member;
            Assert.True(heard.Succeeded, heard.ToString());
        }
    }

    [Fact]
    public void A_script_may_begin_with_the_end()
    {
        var (chris, host) = Pair();
        chris.Disconnect();
        WaitForState(host, ChatSessionState.Listening);
        var result = ChatScriptRunner.Run(host, ChatScript.Parse("Chris> \\quit"), Quick);
        Assert.True(result.Succeeded, result.ToString());
    }

    [Fact]
    public void A_script_without_lines_succeeds()
    {
        var (chris, _) = Pair();
        Assert.True(ChatScriptRunner.Run(chris, ChatScript.Parse("# nothing\n"), Quick) is { Succeeded: true, Step: null });
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

    private static Task Answer(ServerSession host, string text) => Task.Run(() =>
    {
        host.Receive();
        host.Send(text);
    });
}
