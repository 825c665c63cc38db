using System;
using System.Collections.Generic;
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

/// <summary>Members of rooms that survive the loss of their connection, over a network that fails.</summary>
/// <param name="output">Receives the numbers of messages and cuts.</param>
[Collection("The keys that the user trusts")]
public sealed class RoomResumeTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(100);
    private static readonly ResumeOptions LongLimit = new() { ReconnectTimeout = Timeout };
    private static readonly ResumeOptions ShortLimit = new() { ReconnectTimeout = TimeSpan.FromMilliseconds(700) };
    private readonly List<IDisposable> _resources = [];
    private long _clockOffset;

    public void Dispose()
    {
        _resources.Reverse();
        _resources.ForEach(resource => resource.Dispose());
    }

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void Member_that_is_cut_comes_back_and_the_others_see_nothing(RoomDialect dialect)
    {
        var room = Open(dialect: dialect);
        var relay = AddRelay(room);
        var bob = Join(room, "Bob", dialect: dialect);
        var ann = Join(room, "Ann", relay, dialect: dialect);
        Assert.True(ann.Security!.CanResume);
        bob.DequeueNoticeTexts();
        CutOff(relay, ann);
        Assert.Equal(["Ann", "Bob"], room.Members.Select(m => m.Handle));
        room.Send("one");
        bob.Send("two");
        Assert.Equal("two", room.Receive(Timeout)!.Text);
        Assert.Equal(["one"], Receive(bob, 1));
        relay.IsDown = false;
        Assert.Equal(["one", "two"], Receive(ann, 2));
        ann.Send("three");
        Assert.Equal("three", room.Receive(Timeout)!.Text);
        Assert.Equal(["three"], Receive(bob, 1));
        WaitUntilConfirmed(ann);
        Assert.Equal(ChatSessionState.Connected, ann.State);
        Assert.Empty(bob.DequeueNoticeTexts());
        Assert.DoesNotContain(room.DequeueNoticeTexts(), n => n.Contains("reconnecting", StringComparison.Ordinal) || n.Contains("left", StringComparison.Ordinal));
        Assert.Equal(["Connection lost. Reconnecting...", "Reconnected."], ann.DequeueNoticeTexts().Where(n => n.Contains("onnect", StringComparison.Ordinal)));
        Assert.Contains(ann.GetTranscript(), entry => entry.Text == "Reconnected.");
    }

    [Fact]
    public void Sending_and_receiving_wait_within_their_time_limits_while_reconnecting()
    {
        var room = Open();
        var relay = AddRelay(room);
        var ann = Join(room, "Ann", relay);
        CutOff(relay, ann);
        using var stop = new CancellationTokenSource(100);
        var watch = Stopwatch.StartNew();
        Assert.ThrowsAny<OperationCanceledException>(() => ann.Send("one", stop.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => ann.Receive(Timeout, stop.Token));
        Assert.InRange(watch.ElapsedMilliseconds, 50, 2000);
        Assert.Equal(ReceiveOutcome.TimedOut, ann.TryReceive(TimeSpan.FromMilliseconds(100), waitOnOwnTurn: true).Outcome);
        Assert.Equal(ChatSessionState.Reconnecting, ann.State);
        var send = Task.Run(() => ann.Send("two"));
        relay.IsDown = false;
        Assert.Equal("two", room.Receive(Timeout)!.Text);
        Assert.True(send.Wait(Timeout));
    }

    [Fact]
    public void Others_are_informed_after_five_seconds_and_when_the_member_is_back()
    {
        var room = Open();
        var relay = AddRelay(room);
        var bob = Join(room, "Bob");
        var ann = Join(room, "Ann", relay);
        bob.DequeueNoticeTexts();
        CutOff(relay, ann);
        Interlocked.Add(ref _clockOffset, 4_000);
        room.Send("early");
        Assert.Equal(["early"], Receive(bob, 1));
        Assert.Empty(bob.DequeueNoticeTexts());
        Interlocked.Add(ref _clockOffset, 1_000);
        Assert.Equal("Ann is reconnecting.", ReceiveNotice(bob));
        relay.IsDown = false;
        Assert.Equal("Ann is back.", ReceiveNotice(bob));
        Assert.Equal(["early"], Receive(ann, 1));
        room.Send("end");
        Assert.Equal(["end"], Receive(ann, 1));
        Assert.DoesNotContain(ann.DequeueNoticeTexts(), n => n.StartsWith("Ann is", StringComparison.Ordinal));
        Assert.Equal(["Ann is reconnecting.", "Ann is back."], room.DequeueNoticeTexts().Where(n => n.StartsWith("Ann is", StringComparison.Ordinal)));
    }

    [Fact]
    public void Member_that_does_not_come_back_leaves_after_the_time_limit()
    {
        var room = Open(ShortLimit);
        var relay = AddRelay(room);
        var bob = Join(room, "Bob");
        var ann = Join(room, "Ann", relay, ShortLimit);
        bob.DequeueNoticeTexts();
        ann.Send("one");
        Assert.Equal(["one"], Receive(bob, 1));
        WaitUntilConfirmed(ann);
        relay.Swallows = relay.IsDown = true;
        ann.Send("two");
        relay.Cut();
        var result = ann.TryReceive(Timeout, waitOnOwnTurn: true);
        Assert.Equal(ChatErrorReason.PeerDisconnected, result.Error?.Reason);
        Assert.Contains("not resumed within 0.7 seconds", result.Error!.Message, StringComparison.Ordinal);
        Assert.Equal((ChatSessionState.Closed, ChatCloseReason.PeerDisconnected), (ann.State, ann.CloseReason));
        Assert.Equal(["two"], ann.Unconfirmed);
        Assert.Equal("Ann has left: connection lost", ReceiveNotice(bob));
        Assert.Equal(["Bob"], room.Members.Select(m => m.Handle));
        // The nickname is free again.
        Join(room, "Ann");
    }

    [Fact]
    public void Nickname_of_a_member_that_is_reconnecting_is_held()
    {
        var room = Open(roomOptions: new RoomOptions { MaxMembers = 2 });
        var relay = AddRelay(room);
        var ann = Join(room, "Ann", relay);
        CutOff(relay, ann);
        Assert.Equal(ChatErrorReason.HandleTaken, Assert.Throws<ChatException>(() => Join(room, "Ann")).Reason);
        var bob = Join(room, "Bob");
        Assert.Contains("Ann", bob.Members.Select(m => m.Handle));
        Assert.Equal(ChatErrorReason.RoomFull, Assert.Throws<ChatException>(() => Join(room, "Kim")).Reason);
        bob.Send("hello", "Ann");
        relay.IsDown = false;
        var message = ann.Receive(Timeout)!;
        Assert.Equal(("hello", "Ann"), (message.Text, message.To));
    }

    [Fact]
    public void Member_that_was_removed_in_the_meantime_learns_so_when_it_comes_back()
    {
        var room = Open();
        var relay = AddRelay(room);
        var bob = Join(room, "Bob");
        var ann = Join(room, "Ann", relay);
        CutOff(relay, ann);
        room.Remove("Ann", "late");
        Assert.Contains("Ann has left: removed by host (late)", ReceiveNotices(bob, n => n.Contains("left", StringComparison.Ordinal)));
        Assert.Equal(["Bob"], room.Members.Select(m => m.Handle));
        Join(room, "Ann");
        relay.IsDown = false;
        Assert.Null(ann.Receive(Timeout));
        Assert.Equal(ChatCloseReason.Removed, ann.CloseReason);
    }

    [Fact]
    public void Room_closes_at_once_although_a_member_is_reconnecting()
    {
        var limit = new ResumeOptions { ReconnectTimeout = TimeSpan.FromSeconds(3) };
        var room = Open(limit);
        var relay = AddRelay(room);
        var ann = Join(room, "Ann", relay, limit);
        CutOff(relay, ann);
        var watch = Stopwatch.StartNew();
        room.Dispose();
        Assert.InRange(watch.ElapsedMilliseconds, 0, 1200);
        relay.IsDown = false;
        Assert.Equal(ChatErrorReason.PeerDisconnected, ann.TryReceive(Timeout, waitOnOwnTurn: true).Error?.Reason);
    }

    [Fact]
    public void Members_that_were_disconnected_in_the_meantime_learn_so_when_they_come_back()
    {
        var room = Open();
        var relay = AddRelay(room);
        var ann = Join(room, "Ann", relay);
        CutOff(relay, ann);
        room.Disconnect();
        Assert.Empty(room.Members);
        relay.IsDown = false;
        Assert.Null(ann.Receive(Timeout));
        Assert.Equal(ChatCloseReason.PeerQuit, ann.CloseReason);
        Assert.Contains("All members were disconnected by host.", ann.DequeueNoticeTexts());
    }

    [Fact]
    public void Quitting_ends_the_membership_at_once()
    {
        var room = Open();
        var relay = AddRelay(room);
        var bob = Join(room, "Bob");
        var ann = Join(room, "Ann", relay);
        ann.Disconnect();
        Assert.Contains("Ann has left.", ReceiveNotices(bob, n => n.Contains("left", StringComparison.Ordinal)));
        Assert.Equal(1, relay.Connections);
    }

    [Fact]
    public void Messages_that_are_no_longer_kept_are_told_with_their_number()
    {
        const int Length = 3000, Count = 600;
        var room = Open(messageLength: Length);
        var relay = AddRelay(room);
        var ann = Join(room, "Ann", relay, messageLength: Length);
        CutOff(relay, ann);
        for (var i = 0; i < Count; i++)
            room.Send($"{i}".PadRight(Length, 'x'));
        Assert.InRange(room.Members[0].QueuedBytes, 1, 1024 * 1024);
        var bob = Join(room, "Bob");
        relay.IsDown = false;
        var kept = ReceiveUntilIdle(ann);
        Assert.Equal(Enumerable.Range(0, kept.Count), kept.Select(text => ParsePadded(text)));
        Assert.InRange(kept.Count, 1, Count - 1);
        var notices = ann.DequeueNoticeTexts();
        Assert.Equal($"{Count - kept.Count} messages were missed.", notices[notices.FindIndex(n => n == "Reconnected.") + 1]);
        // The member that joined during the gap is known.
        Assert.Contains("Bob", ann.Members.Select(m => m.Handle));
        room.Send("after");
        ann.Send("again");
        Assert.Equal(["after"], Receive(ann, 1));
        Assert.Equal(["again"], Receive(bob, 2).Skip(1));
    }

    [Fact]
    public void Member_whose_connection_is_silent_is_resumed_by_the_heartbeat_and_not_disconnected()
    {
        var options = new ResumeOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(200), HeartbeatTimeout = TimeSpan.FromSeconds(2) };
        var room = Open(options, messageLength: 4000);
        var relay = AddRelay(room);
        var ann = Join(room, "Ann", relay, options);
        var bob = Join(room, "Bob");
        bob.DequeueNoticeTexts();
        relay.Swallows = true;
        // More than the send queue of a member that cannot resume.
        for (var i = 0; i < 100; i++)
            room.Send($"{i}".PadRight(4000, 'x'));
        Interlocked.Add(ref _clockOffset, 4_000);
        var watch = Stopwatch.StartNew();
        Assert.True(SpinWait.SpinUntil(() => ann.State == ChatSessionState.Reconnecting, Timeout));
        relay.Swallows = false;
        Assert.Equal(Enumerable.Range(0, 100), Receive(ann, 100).Select(text => ParsePadded(text)));
        Assert.InRange(watch.ElapsedMilliseconds, 500, 20_000);
        Assert.DoesNotContain(bob.DequeueNoticeTexts(), n => n.Contains("left", StringComparison.Ordinal));
    }

    [Fact]
    public void Bytes_that_were_swallowed_before_the_cut_are_sent_again_in_both_directions()
    {
        var room = Open();
        var relay = AddRelay(room);
        var ann = Join(room, "Ann", relay);
        for (var i = 0; i < 3; i++)
        {
            WaitUntilConfirmed(ann);
            relay.Swallows = true;
            ann.Send($"question {i}");
            room.Send($"answer {i}");
            Assert.Equal(ReceiveOutcome.TimedOut, ann.TryReceive(TimeSpan.FromSeconds(MaxSwallowSeconds * (i + 1) / 3), waitOnOwnTurn: true).Outcome);
            Assert.Equal([$"question {i}"], ann.Unconfirmed);
            relay.Cut();
            relay.Swallows = false;
            Assert.Equal([$"answer {i}"], Receive(ann, 1));
            Assert.Equal($"question {i}", room.Receive(Timeout)!.Text);
        }
        Assert.Equal(0, room.UnreadCount);
        Assert.Equal(0, ann.UnreadCount);
    }

    [Fact]
    public void Thief_of_a_session_id_is_refused_and_does_not_disturb_the_member()
    {
        var room = Open();
        var ann = Join(room, "Ann");
        var transport = TcpConnector.Connect("127.0.0.1", room.Port, Timeout, CancellationToken.None);
        var (connection, answer) = SecureConnector.Resume(
            transport, "127.0.0.1", room.Port, UserKey.Load().Fingerprint.ToString(), ResumeToken.Create(), default, Deadline.After(Timeout), CancellationToken.None);
        connection.Dispose();
        Assert.Null(answer);
        Assert.Contains(room.DequeueNoticeTexts(), n => n.Contains("tried to resume a session", StringComparison.Ordinal));
        room.Send("one");
        Assert.Equal(["one"], Receive(ann, 1));
    }

    [Theory]
    [InlineData(ResumeMode.Never, ResumeMode.Auto)]
    [InlineData(ResumeMode.Auto, ResumeMode.Never)]
    public void Member_leaves_with_its_connection_if_one_end_does_not_resume(ResumeMode roomMode, ResumeMode memberMode)
    {
        var room = Open(new ResumeOptions { Mode = roomMode });
        var relay = AddRelay(room);
        var bob = Join(room, "Bob");
        var ann = Join(room, "Ann", relay, new ResumeOptions { Mode = memberMode });
        Assert.False(ann.Security!.CanResume);
        relay.Cut();
        Assert.Equal(ChatErrorReason.PeerDisconnected, ann.TryReceive(Timeout, waitOnOwnTurn: true).Error?.Reason);
        Assert.Contains("Ann has left: connection lost", ReceiveNotices(bob, n => n.Contains("left", StringComparison.Ordinal)));
        if (roomMode == ResumeMode.Never)
            Assert.Equal(ChatErrorReason.ResumeNotSupported, Assert.Throws<ChatException>(() => Join(room, "Kim", resume: new ResumeOptions { Mode = ResumeMode.Always })).Reason);
        else
            Assert.True(Join(room, "Kim", resume: new ResumeOptions { Mode = ResumeMode.Always }).Security!.CanResume);
    }

    [Fact]
    public async Task Messages_of_a_room_arrive_once_and_in_order_through_cuts_at_random_byte_counts()
    {
        string[] handles = ["Ann", "Bob", "Cid", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jon", "Kim", "Lou", "Max", "Ned", "Oda", "Pam", "Quin", "Rob", "Sue", "Tom"];
        var count = Environment.GetEnvironmentVariable("PAIRCHAT_RESUME_ROOM_MESSAGES") is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : 25;
        var random = new Random(Environment.TickCount);
        var room = Open();
        var cuts = false;
        var relay = AddRelay(room, () =>
        {
            // A TLS record of up to 16 KiB has to come through now and then.
            lock (random)
                return Volatile.Read(ref cuts) ? random.Next(1, 30_000) : int.MaxValue;
        });
        var members = handles.Select(handle => Join(room, handle, relay)).ToArray();
        Volatile.Write(ref cuts, true);
        relay.Cut();
        await Task.WhenAll(members.Append<ChatSession>(room).SelectMany(session =>
        {
            // How many messages a session is ahead of the others is limited, so that the room keeps all of them.
            var window = new SemaphoreSlim(10 * handles.Length);
            return new[] { Start(() => SendAll(session, window)), Start(() => ReceiveAll(session, window)) };
        }));
        Assert.Equal(handles.Length, room.Members.Count);
        Assert.All(members, member => Assert.Equal(0, member.UnreadCount));
        Assert.InRange(relay.Cuts, count / 25, int.MaxValue);
        output.WriteLine($"{(handles.Length + 1) * count} messages, {(handles.Length + 1) * handles.Length * count} deliveries, {relay.Cuts} cuts");

        Task Start(Action action) => Task.Factory.StartNew(action, TaskCreationOptions.LongRunning);

        void SendAll(ChatSession session, SemaphoreSlim window)
        {
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j < handles.Length; j++)
                    Assert.True(window.Wait(Timeout));
                session.Send($"{i}");
            }
        }

        void ReceiveAll(ChatSession session, SemaphoreSlim window)
        {
            var next = new Dictionary<string, int>();
            for (var i = 0; i < handles.Length * count; i++)
            {
                var message = session.Receive(Timeout)!;
                next.TryGetValue(message.From, out var expected);
                Assert.Equal($"{expected}", message.Text);
                next[message.From] = expected + 1;
                window.Release();
            }
            Assert.Equal(handles.Length, next.Count);
        }
    }

    private static double MaxSwallowSeconds =>
        Environment.GetEnvironmentVariable("PAIRCHAT_RESUME_SWALLOW_SECONDS") is { Length: > 0 } value ? double.Parse(value, CultureInfo.InvariantCulture) : 0.6;

    private static int ParsePadded(string text) => int.Parse(text.TrimEnd('x'), CultureInfo.InvariantCulture);

    private static void CutOff(CuttingRelay relay, RoomMemberSession member)
    {
        relay.IsDown = true;
        relay.Cut();
        Assert.True(SpinWait.SpinUntil(() => member.State == ChatSessionState.Reconnecting, Timeout));
    }

    private static void WaitUntilConfirmed(RoomMemberSession member) => Assert.True(SpinWait.SpinUntil(() => member.Unconfirmed.Length == 0, Timeout));

    private static string[] Receive(RoomMemberSession member, int count) => Enumerable.Range(0, count).Select(_ => member.Receive(Timeout)!.Text).ToArray();

    private static List<string> ReceiveUntilIdle(RoomMemberSession member)
    {
        var texts = new List<string>();
        while (member.TryReceive(TimeSpan.FromSeconds(texts.Count == 0 ? Timeout.TotalSeconds : 2), waitOnOwnTurn: true).Message is { } message)
            texts.Add(message.Text);
        return texts;
    }

    private static List<string> ReceiveNotices(ChatSession session, Predicate<string> isLast)
    {
        var notices = new List<string>();
        Assert.True(SpinWait.SpinUntil(() =>
        {
            notices.AddRange(session.DequeueNoticeTexts());
            return notices.Exists(isLast);
        }, Timeout));
        return notices;
    }

    private static string ReceiveNotice(ChatSession session) => ReceiveNotices(session, _ => true).Single();

    private RoomSession Open(ResumeOptions? resume = null, RoomOptions? roomOptions = null, RoomDialect dialect = RoomDialect.Text, int messageLength = 1000) => Add(RoomSession.Start(
        "lobby", 0, new ChatOptions { Handle = "host", MaxMessageLength = messageLength, SecureServer = new SecureServerOptions(), Resume = resume ?? LongLimit },
        (roomOptions ?? new RoomOptions()) with
        {
            Dialect = dialect, MaxMessagesPerSecond = 0, Clock = () => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000) + Interlocked.Read(ref _clockOffset),
        }, IPAddress.Loopback));

    private CuttingRelay AddRelay(RoomSession room, Func<int>? getLimit = null) => Add(new CuttingRelay(room.Port, getLimit));

    private RoomMemberSession Join(
        RoomSession room, string handle, CuttingRelay? relay = null, ResumeOptions? resume = null, RoomDialect dialect = RoomDialect.Text, int messageLength = 1000)
    {
        var port = relay?.Port ?? room.Port;
        var invite = InviteUri.Create("127.0.0.1", port, null, null, room.Invites.Create().Token).ToString();
        return Add(RoomMemberSession.Connect("127.0.0.1", port, "lobby", new ChatOptions
        {
            Handle = handle, MaxMessageLength = messageLength, SecureClient = new SecureClientOptions { Invite = invite }, Resume = resume ?? LongLimit,
        }, dialect, Timeout));
    }

    private T Add<T>(T resource)
        where T : IDisposable
    {
        _resources.Add(resource);
        return resource;
    }
}
