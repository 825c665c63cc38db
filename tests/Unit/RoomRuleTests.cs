using System.Collections.Generic;
using System.Linq;
using PSPairChat.Rooms;
using Xunit;

namespace PSPairChat.Unit;

public sealed class RoomRuleTests
{
    [Fact]
    public void A_nickname_is_unique_without_regard_to_case()
    {
        var roster = new NicknameRegistry<object>(10, 10, "host");
        Assert.Null(roster.TryAdd("Bob", new object()));
        Assert.Equal("The handle 'BOB' is taken.", roster.TryAdd("BOB", new object()));
        Assert.Equal("The handle 'Host' is taken.", roster.TryAdd("Host", new object()));
        Assert.Equal(1, roster.Count);
    }

    [Fact]
    public void A_nickname_is_free_as_soon_as_it_is_taken_off()
    {
        var roster = new NicknameRegistry<object>(10, 10);
        Assert.Null(roster.TryAdd("Bob", new object()));
        Assert.True(roster.Remove("bob"));
        Assert.Null(roster.Find("Bob"));
        Assert.Null(roster.TryAdd("bOb", new object()));
    }

    [Fact]
    public void A_roster_knows_its_members_by_any_case_and_lists_them_in_order()
    {
        var roster = new NicknameRegistry<string>(2, 10);
        roster.TryAdd("bob", "b");
        Assert.False(roster.IsFull);
        roster.TryAdd("Ann", "a");
        Assert.True(roster.IsFull);
        Assert.Equal("b", roster.Find("BOB"));
        Assert.Equal(["Ann", "bob"], roster.GetNicknames());
    }

    [Fact]
    public void Ten_at_once_and_then_five_a_second()
    {
        var limit = new TokenBucket();
        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => limit.TryAcquire(5, 1000)));
        Assert.Equal(200, limit.GetRetryDelay(5));
        Assert.False(limit.TryAcquire(5, 1199));
        Assert.True(limit.TryAcquire(5, 1200));
        Assert.False(limit.TryAcquire(5, 1200));
        Assert.Equal(5, Enumerable.Range(0, 101).Count(i => limit.TryAcquire(5, 1200 + i * 10)));
    }

    [Fact]
    public void One_who_was_silent_long_may_say_ten_at_once_and_no_more()
    {
        var limit = new TokenBucket();
        limit.TryAcquire(5, 0);
        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => limit.TryAcquire(5, 1_000_000)));
    }

    [Fact]
    public void A_limit_of_zero_is_none()
    {
        var limit = new TokenBucket();
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(limit.TryAcquire(0, 5)));
        Assert.Equal(0, limit.GetRetryDelay(0));
    }

    [Fact]
    public void A_history_keeps_the_last_ones()
    {
        var history = new RoomHistory(2);
        byte[] one = [1], two = [2], three = [3];
        history.Add(one);
        history.Add(two);
        history.Add(three);
        Assert.Equal([two, three], history.Frames);
    }

    [Fact]
    public void A_queue_gives_one_frame_as_it_is_and_several_in_one_piece()
    {
        var queue = new SendQueue();
        byte[] one = [1, 2, 3], two = [4, 5], gathered = new byte[6];
        queue.Enqueue(one);
        Assert.Same(one, queue.GetBatch(gathered).Array);
        queue.Enqueue(two);
        queue.Enqueue([6, 7]);
        Assert.Equal(new byte[] { 1, 2, 3, 4, 5 }, queue.GetBatch(gathered).ToArray());
        Assert.Equal(7, queue.Bytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_queue_goes_on_where_a_write_has_stopped(int write)
    {
        var queue = new SendQueue();
        for (byte i = 0; i < 100; i++)
            queue.Enqueue([i, i, i]);
        var sent = new List<byte>();
        var gathered = new byte[10];
        while (queue.Bytes > 0)
        {
            var next = queue.GetBatch(gathered).Take(write).ToArray();
            Assert.Equal(queue.Peek().Take(next.Length), next.Take(queue.Peek().Count));
            sent.AddRange(next);
            queue.Advance(next.Length);
        }
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (byte)(i / 3)), sent);
    }
}
