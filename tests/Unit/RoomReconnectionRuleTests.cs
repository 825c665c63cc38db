using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Rooms;
using PSPairChat.Security;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The rules for members that can come back, without sockets.</summary>
public sealed class RoomReconnectionRuleTests
{
    private const int MaxBytes = ResumeProtocol.DefaultCapacity, FrameBytes = 4000;

    private readonly byte[] _frame = new byte[FrameBytes];
    private readonly byte[] _buffer = new byte[16 * 1024];

    // The times of changes: + the connection is lost, - it is back. The room checks the time every half second, too.
    [Theory]
    [InlineData("1000+ 5900-", "")]
    [InlineData("1000+ 6100-", "6000 Reconnecting, 6100 Reconnected")]
    [InlineData("1000+ 4000- 4100+ 8500-", "")]
    [InlineData("1000+ 7000- 8000+ 9000- 10000+ 15100-", "6000 Reconnecting, 7000 Reconnected, 15000 Reconnecting, 15100 Reconnected")]
    [InlineData("500+", "5500 Reconnecting")]
    public void Others_are_informed_only_of_a_member_that_stays_away_for_five_seconds(string changes, string expected)
    {
        var announcer = new ReconnectAnnouncer();
        var announced = new List<string>();
        var pending = new Queue<string>(changes.Split(' '));
        var isReconnecting = false;
        for (var now = 0; now <= 20_000; now += 100)
        {
            var changed = pending.Count > 0 && int.Parse(pending.Peek()[..^1], CultureInfo.InvariantCulture) == now;
            if (changed)
                isReconnecting = pending.Dequeue()[^1] == '+';
            if ((changed || now % 500 == 0) && announcer.Update(isReconnecting, now) is { } kind)
                announced.Add($"{now} {kind}");
        }
        Assert.Equal(expected, string.Join(", ", announced));
    }

    [Fact]
    public void Frames_beyond_the_limit_are_dropped_and_counted_until_the_member_has_received_half()
    {
        using var pair = new MemberPair();
        var count = Fill(pair.Member);
        Assert.InRange(count * FrameBytes, MaxBytes - 2 * FrameBytes, MaxBytes);
        foreach (var isMessage in new[] { true, false, true })
        {
            Assert.False(pair.Member.TryEnqueue(_frame));
            Assert.True(pair.Member.TryDrop(isMessage));
        }
        pair.Member.Flush(_buffer, now: 0);
        Assert.False(pair.Member.CanEndGap);
        // What is small enough would fit, but would arrive before the number.
        Assert.False(pair.Member.TryEnqueue(new byte[1]));
        var received = Receive(pair, count * FrameBytes / 4);
        Assert.False(pair.Member.CanEndGap);
        received += Receive(pair, count * FrameBytes / 2);
        Assert.True(pair.Member.CanEndGap);
        Assert.Equal(2, pair.Member.EndGap());
        Assert.Null(pair.Member.EndGap());
        Assert.True(pair.Member.TryEnqueue(_frame));
        Assert.Equal((count + 1) * FrameBytes, received + Receive(pair, (count + 1) * FrameBytes - received));
    }

    [Fact]
    public void Member_that_is_reconnecting_or_makes_no_progress_does_not_slow_the_speakers()
    {
        using var pair = new MemberPair();
        pair.Member.Flush(_buffer, now: 1000);
        Assert.False(pair.Member.IsCatchingUp(now: 1000));
        var count = Fill(pair.Member);
        pair.Member.Flush(_buffer, now: 1100);
        Assert.True(pair.Member.IsCatchingUp(now: 1200));
        Assert.False(pair.Member.IsCatchingUp(now: 1201));
        Receive(pair, count * FrameBytes / 8, now: 1300);
        Assert.True(pair.Member.IsCatchingUp(now: 1301));
        Assert.True(pair.Connection.TryDetach(out _));
        Assert.True(pair.Member.IsReconnecting);
        Assert.False(pair.Member.IsCatchingUp(now: 1301));
        Assert.Null(pair.Member.FindLoss(now: 100_000, timeout: 5000));
    }

    [Fact]
    public void Frame_beyond_the_limit_is_kept_although_the_queue_is_full()
    {
        using var pair = new MemberPair();
        var count = Fill(pair.Member);
        pair.Member.QueueLimit += FrameBytes;
        Assert.True(pair.Member.TryEnqueue(_frame));
        pair.Member.Flush(_buffer, now: 0);
        Assert.Equal((count + 1) * FrameBytes, Receive(pair, (count + 1) * FrameBytes));
        Assert.Equal(0, pair.Member.QueuedBytes);
    }

    // Returns the number of frames.
    private int Fill(ResumableMemberConnection member)
    {
        var count = 0;
        while (member.TryEnqueue(_frame))
            count++;
        return count;
    }

    // Receives at least as many bytes at the end of the member, and their acknowledgements at that of the room.
    private int Receive(MemberPair pair, int count, long now = 0)
    {
        var received = 0;
        Assert.True(SpinWait.SpinUntil(() =>
        {
            if (received < count && pair.Peer.Receive(_buffer, 0, _buffer.Length, 0) is var bytes and > 0)
                received += bytes;
            Assert.Equal(MemberConnection.WouldBlock, pair.Member.Receive(_buffer, 0));
            pair.Member.Flush(_buffer, now);
            return received >= count;
        }, 20_000));
        return received;
    }

    private sealed class MemberPair : System.IDisposable
    {
        public MemberPair()
        {
            var (left, right) = InMemoryConnection.CreatePair();
            Connection = new ServerResumableConnection(left, new ResumeOptions(), ResumeToken.Create());
            Member = new ResumableMemberConnection(Connection, _ => { }, _ => { }, _ => { });
            Peer = new ResumableConnection(right, new ResumeOptions(), reconnect: _ => { });
        }

        public ServerResumableConnection Connection { get; }

        public ResumableMemberConnection Member { get; }

        public ResumableConnection Peer { get; }

        public void Dispose()
        {
            Peer.Dispose();
            Member.Dispose();
        }
    }
}
