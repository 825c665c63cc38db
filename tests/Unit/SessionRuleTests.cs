using System;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Rooms;
using PSPairChat.Sessions;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The rules of connections and sessions that need no connection: options, deadlines, buffers, names, and the results of waits.</summary>
public sealed class SessionRuleTests
{
    private static readonly ChatOptions Valid = new() { Handle = "Chris" };

    public static TheoryData<ChatOptions, string> InvalidOptions => new()
    {
        { Valid with { MaxMessageLength = 0 }, nameof(ChatOptions.MaxMessageLength) },
        { Valid with { MaxMessageLength = ChatOptions.MessageLengthLimit + 1 }, nameof(ChatOptions.MaxMessageLength) },
        { Valid with { MaxHandleLength = 0 }, nameof(ChatOptions.MaxHandleLength) },
        { Valid with { IdleTimeout = TimeSpan.Zero }, nameof(ChatOptions.IdleTimeout) },
        { Valid with { SendTimeout = TimeSpan.Zero }, nameof(ChatOptions.SendTimeout) },
        { Valid with { Resume = new ResumeOptions { ReconnectTimeout = TimeSpan.Zero } }, nameof(ResumeOptions.ReconnectTimeout) },
        { Valid with { Resume = new ResumeOptions { HeartbeatInterval = TimeSpan.Zero } }, nameof(ResumeOptions.HeartbeatInterval) },
        { Valid with { Resume = new ResumeOptions { HeartbeatTimeout = TimeSpan.FromTicks(-1) } }, nameof(ResumeOptions.HeartbeatTimeout) },
    };

    [Theory]
    [MemberData(nameof(InvalidOptions))]
    public void Option_out_of_range_is_named(ChatOptions options, string name) =>
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(options.Validate).ParamName);

    [Theory]
    [InlineData(1)]
    [InlineData(ChatOptions.MessageLengthLimit)]
    public void Option_at_the_end_of_its_range_is_valid(int maxMessageLength) =>
        (Valid with { Handle = "C", MaxHandleLength = 1, MaxMessageLength = maxMessageLength, IdleTimeout = TimeSpan.FromTicks(1), SendTimeout = TimeSpan.FromTicks(1) }).Validate();

    [Theory]
    [InlineData(ChatSide.Client)]
    [InlineData(ChatSide.Server)]
    public void Quit_command_that_cannot_be_sent_is_an_error_of_the_dialect(ChatSide side)
    {
        var text = new ChatDialectSide { FixedLength = 100, QuitCommand = new string('x', 300) };
        var dialect = side == ChatSide.Client ? new ChatDialect { Name = "Long", Client = text } : new ChatDialect { Name = "Long", Server = text };
        var error = Assert.Throws<ChatException>((Valid with { Dialect = dialect }).Validate);
        Assert.Equal(ChatErrorReason.DialectInvalid, error.Reason);
        Assert.StartsWith($"The greeting or quit command of the {side} in the dialect Long cannot be sent: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Handle_that_cannot_be_sent_in_the_greeting_is_an_error_of_the_handle()
    {
        var dialect = new ChatDialect { Name = "Polite", Encoding = ChatEncoding.Ascii, Client = new ChatDialectSide { Greeting = "I am {handle}\n" } };
        Assert.Equal(ChatErrorReason.HandleInvalid, Assert.Throws<ChatException>((Valid with { Handle = "Zo\u00EB", Dialect = dialect }).Validate).Reason);
        (Valid with { Dialect = dialect }).Validate();
    }

    [Fact]
    public void Deadline_has_passed_after_its_time_and_never_without_one()
    {
        foreach (var never in (Deadline[])[Deadline.Never, Deadline.After(null), Deadline.After(TimeSpan.FromTicks(-1)), Deadline.After(TimeSpan.MaxValue)])
        {
            Assert.Equal((true, false, null, 70), (never.IsNever, never.HasPassed, never.Remaining, never.RemainingMilliseconds(70)));
            Assert.Equal(TransportConnection.PollInterval, never.NextWait);
        }
        foreach (var passed in (Deadline[])[Deadline.Passed, Deadline.After(TimeSpan.Zero)])
            Assert.Equal((false, true, TimeSpan.Zero, 0, 0), (passed.IsNever, passed.HasPassed, passed.Remaining, passed.RemainingMilliseconds(70), passed.NextWait));

        var later = Deadline.After(TimeSpan.FromHours(1));
        Assert.Equal((false, false, 70), (later.IsNever, later.HasPassed, later.RemainingMilliseconds(70)));
        Assert.InRange(later.Remaining!.Value.TotalSeconds, 3000, 3600);
        Assert.InRange(later.RemainingMilliseconds(int.MaxValue), 3_000_000, 3_600_000);
        // Rounded up: a wait of 0 ms would be a busy loop until then.
        var soon = Deadline.After(TimeSpan.FromMilliseconds(20));
        while (!soon.HasPassed)
            Assert.InRange(soon.RemainingMilliseconds(70), soon.HasPassed ? 0 : 1, 20);
    }

    [Fact]
    public void Lock_is_taken_until_the_deadline_or_a_cancellation()
    {
        var gate = new object();
        using var stop = new CancellationTokenSource();
        lock (gate)
        {
            // A thread can take its own lock again.
            Exception? error = null;
            var other = new Thread(() => error = Record.Exception(() =>
            {
                Assert.False(Deadline.Passed.TryEnter(gate, CancellationToken.None));
                Assert.False(Deadline.After(TimeSpan.FromMilliseconds(10)).TryEnter(gate, CancellationToken.None));
                stop.Cancel();
                Assert.Throws<OperationCanceledException>(() => Deadline.Never.TryEnter(gate, stop.Token));
            }));
            other.Start();
            other.Join();
            Assert.Null(error);
        }
        Assert.True(Deadline.Passed.TryEnter(gate, stop.Token));
        Monitor.Exit(gate);
    }

    [Fact]
    public void Pending_output_is_sent_in_order_and_completely()
    {
        var output = new PendingOutput();
        var random = new Random(1);
        int added = 0, removed = 0;
        while (added < 100_000)
        {
            var bytes = Enumerable.Range(added - 3, random.Next(3000)).Select(i => (byte)i).ToArray();
            if (bytes.Length < 3)
                continue;
            output.Add(bytes, 3, bytes.Length - 3);
            added += bytes.Length - 3;
            Assert.Equal(added - removed, output.Count);
            Assert.Equal(output.Count, output.Bytes.Count);
            for (var i = 0; i < output.Count; i++)
                Assert.Equal((byte)(removed + i), output.Bytes[i]);
            var count = random.Next(4) == 0 ? output.Count : random.Next(output.Count + 1);
            output.Remove(count);
            removed += count;
        }
    }

    [Fact]
    public void Events_of_a_room_are_read_from_any_pieces_and_counted_without_being_read()
    {
        RoomEvent[] events = [.. Enumerable.Range(0, 500).Select(i => new RoomEvent(i % 3 == 0 ? RoomEventKind.Joined : RoomEventKind.Message, "Ann", i % 3 == 0 ? "" : $"text {i}"))];
        foreach (var dialect in Enum.GetValues<RoomDialect>())
        {
            var protocol = RoomProtocol.Create(dialect);
            var bytes = events.SelectMany(protocol.Encode).ToArray();
            foreach (var pieceLength in new[] { 1, 1000, bytes.Length })
            {
                var reader = new RoomEventReader(protocol, _ => { });
                var read = 0;
                foreach (var piece in bytes.Chunk(pieceLength))
                {
                    Feed(reader, piece);
                    if (pieceLength == bytes.Length)
                        Assert.Equal(333, reader.Count(e => e.Kind == RoomEventKind.Message));
                    for (; reader.TryRead(out var roomEvent); read++)
                        Assert.Equal((events[read].Kind, events[read].Handle), (roomEvent.Kind, roomEvent.Handle));
                }
                Assert.Equal((events.Length, 0), (read, reader.ByteCount));
            }
        }
    }

    [Fact]
    public void Event_of_a_room_without_an_end_is_an_error_at_128_KiB()
    {
        var reader = new RoomEventReader(RoomProtocol.Create(RoomDialect.Text), _ => { });
        Feed(reader, Encoding.ASCII.GetBytes(new string('x', RoomEventReader.MaxFrameBytes - 1)));
        Assert.False(reader.TryRead(out _));
        Assert.Equal((RoomEventReader.MaxFrameBytes - 1, 0), (reader.ByteCount, reader.Count(_ => true)));
        Feed(reader, "x"u8.ToArray());
        Assert.Contains("128 KiB", Assert.Throws<FormatException>(() => reader.TryRead(out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_are_listed_once_in_alphabetical_order_without_the_own_session()
    {
        using var session = ClientSession.FromConnection(InMemoryConnection.CreatePair().Item1, Valid);
        var list = new RoomMemberList(session);
        foreach (var handle in new[] { "Eve", "bob", "Chris", "Ann", "BOB" })
            list.Add(handle);
        list.CountMessage("eve");
        list.CountMessage("Eve");
        list.CountMessage("Dan");
        list.CountMessage("Chris");
        list.Remove("ANN");
        Assert.Equal([("bob", 0), ("Dan", 1), ("Eve", 2)], list.GetAll().Select(m => (m.Handle, m.MessageCount)));
        Assert.All(list.GetAll(), m => Assert.Equal((session, null, null, 0), (m.GetSession(), m.RemoteEndPoint, m.Server, m.QueuedBytes)));
    }

    [Fact]
    public void Peer_is_named_by_its_handle_or_its_address()
    {
        var peer = new ChatPeer(new IPEndPoint(IPAddress.Loopback, 1234), "Line", DateTime.Now);
        Assert.Equal(("127.0.0.1", "127.0.0.1:1234", "Line", null), (peer.ToString(), peer.RemoteEndPoint, peer.Dialect, peer.Handle));
        peer.Handle = "Ann\u001b";
        Assert.Equal(("Ann\u001b", "Ann\u241b"), (peer.DisplayName, peer.ToString()));
        Assert.Equal("example:1", new ChatPeer(new DnsEndPoint("example", 1), "Line", DateTime.Now).ToString().Replace("Unspecified/", "", StringComparison.Ordinal));
        Assert.Equal("peer", new ChatPeer((EndPoint?)null, "Line", DateTime.Now).ToString());
    }

    [Fact]
    public void Result_of_a_wait_is_a_message_the_end_or_an_error()
    {
        var timeout = TimeSpan.FromMilliseconds(1500);
        Assert.Null(new ReceiveResult(ReceiveOutcome.Ended).GetMessageOrThrow(timeout));
        var error = new ChatException(ChatErrorReason.PeerDisconnected, "lost");
        Assert.Same(error, Assert.Throws<ChatException>(() => new ReceiveResult(ReceiveOutcome.Ended, error: error).GetMessageOrThrow(timeout)));
        AssertThrows(ChatErrorReason.ReceiveTimedOut, "No message was received within 1.5 seconds.", new ReceiveResult(ReceiveOutcome.TimedOut));
        AssertThrows(ChatErrorReason.ReceiveTimedOut, "No message was received within 1.5 seconds. The server may be talking to another client.",
            new ReceiveResult(ReceiveOutcome.TimedOut, isUnanswered: true));
        AssertThrows(ChatErrorReason.YourTurn, "It is your turn to send, and nothing is unread.", new ReceiveResult(ReceiveOutcome.YourTurn));

        void AssertThrows(ChatErrorReason reason, string message, ReceiveResult result)
        {
            var thrown = Assert.Throws<ChatException>(() => result.GetMessageOrThrow(timeout));
            Assert.Equal((reason, message), (thrown.Reason, thrown.Message));
        }
    }

    private static void Feed(RoomEventReader reader, byte[] bytes)
    {
        for (var offset = 0; offset < bytes.Length;)
        {
            var space = reader.GetBuffer();
            Assert.True(space.Count > 0);
            var count = Math.Min(space.Count, bytes.Length - offset);
            Buffer.BlockCopy(bytes, offset, space.Array!, space.Offset, count);
            reader.Advance(count);
            offset += count;
        }
    }
}
