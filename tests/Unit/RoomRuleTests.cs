using System;
using System.Collections.Generic;
using System.Linq;
using PSPairChat.Rooms;
using Xunit;

namespace PSPairChat.Unit;

public sealed class RoomRuleTests
{
    [Fact]
    public void A_nickname_is_unique_in_any_case()
    {
        var registry = new NicknameRegistry<object>(10, 10, "host");
        Assert.True(registry.TryAdd("Bob", new object(), out var reason));
        Assert.Equal("", reason);
        Assert.False(registry.TryAdd("BOB", new object(), out reason));
        Assert.Equal("The handle 'BOB' is taken.", reason);
        Assert.False(registry.TryAdd("Host", new object(), out reason));
        Assert.Equal("The handle 'Host' is taken.", reason);
        Assert.False(registry.TryAdd("B0b", new object(), out reason));
        Assert.Contains("'B0b'", reason, StringComparison.Ordinal);
        Assert.Equal(1, registry.Count);
    }

    [Theory]
    [InlineData("Bob1")]
    [InlineData("B-b")]
    [InlineData("")]
    [InlineData("abcdefghijk")]
    public void A_nickname_that_is_not_valid_is_rejected_and_reserves_nothing(string nickname)
    {
        var registry = new NicknameRegistry<object>(10, 10);
        Assert.False(registry.TryAdd(nickname, new object(), out var reason));
        Assert.Contains("A handle is one word of 1 through 10 letters", reason, StringComparison.Ordinal);
        Assert.Equal(0, registry.Count);
    }

    [Fact]
    public void A_nickname_can_be_used_again_after_its_removal()
    {
        var registry = new NicknameRegistry<object>(10, 10);
        Assert.True(registry.TryAdd("Bob", new object(), out _));
        Assert.True(registry.Remove("bob"));
        Assert.Null(registry.Find("Bob"));
        Assert.True(registry.TryAdd("bOb", new object(), out _));
        registry.Clear();
        Assert.Equal(0, registry.Count);
    }

    [Fact]
    public void A_registry_finds_members_in_any_case_and_lists_them_in_order()
    {
        var registry = new NicknameRegistry<string>(2, 10);
        registry.TryAdd("bob", "b", out _);
        Assert.False(registry.IsFull);
        registry.TryAdd("Ann", "a", out _);
        Assert.True(registry.IsFull);
        Assert.Equal("b", registry.Find("BOB"));
        Assert.Equal([KeyValuePair.Create("Ann", "a"), KeyValuePair.Create("bob", "b")], registry.ToArray());
    }

    [Fact]
    public void A_list_of_members_contains_all_nicknames()
    {
        Assert.Equal("host", MemberList.Format(["host"], text => text.Length));
        Assert.Equal("host, Ann, Bob", MemberList.Format(["host", "Ann", "Bob"], text => text.Length));
        Assert.Equal(["host", "Ann", "Bob"], MemberList.Parse("host, Ann, Bob"));
    }

    [Fact]
    public void A_list_of_members_is_cut_by_encoded_length()
    {
        var handles = Enumerable.Range(0, 1000).Select(i => $"M{i}").ToArray();
        Assert.Equal(handles, MemberList.Parse(MemberList.Format(handles, text => text.Length)));
        // 102 bytes each with the separator, so that 321 fit into 32 KiB.
        var list = MemberList.Format(handles, _ => 100);
        Assert.EndsWith("M319, M320, ... and 679 more", list, StringComparison.Ordinal);
        Assert.Equal(handles.Take(321), MemberList.Parse(list));
    }

    [Fact]
    public void A_list_of_members_of_exactly_the_maximum_length_is_not_cut()
    {
        string[] handles = ["Ann", "Bob", "Eve"];
        Assert.Equal("Ann, Bob, Eve", MemberList.Format(handles, text => text == "Eve" ? MemberList.MaxEncodedLength - 208 : 101));
        Assert.Equal("Ann, Bob, ... and 1 more", MemberList.Format(handles, text => text == "Eve" ? MemberList.MaxEncodedLength - 207 : 101));
        Assert.Equal("", MemberList.Format([], text => text.Length));
    }

    [Theory]
    [InlineData("lobby", true)]
    [InlineData("a-b_c.9", true)]
    [InlineData("01234567890123456789012345678901", true)]
    [InlineData("012345678901234567890123456789012", false)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a\u001b", false)]
    public void The_name_of_a_room_is_one_word(string room, bool isValid)
    {
        var error = Record.Exception(() => RoomNameValidator.ThrowIfInvalid(room)) as ChatException;
        Assert.Equal(isValid ? null : ChatErrorReason.InvalidRoomName, error?.Reason);
        if (error is not null)
            Assert.StartsWith($"Invalid room name '{DisplayText.Sanitize(room)}'. Specify one word of 1 to 32 letters", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cleared_registry_has_no_members_and_reserves_no_other_nicknames()
    {
        var registry = new NicknameRegistry<string>(3, 10, "host");
        Assert.True(registry.TryAdd("Ian", "i", out _));
        Assert.True(registry.TryAdd("Bob", "b", out _));
        Assert.Equal(["b", "i"], registry.Members.Order());
        registry.Clear();
        Assert.Empty(registry.Members);
        Assert.Null(registry.Find("Ian"));
        Assert.True(registry.TryAdd("lan", "l", out _));
        Assert.False(registry.TryAdd("HOST", "h", out _));
        Assert.False(registry.Remove("Ian"));
    }

    [Fact]
    public void A_token_bucket_allows_a_burst_of_two_seconds_and_then_the_rate()
    {
        var bucket = new TokenBucket();
        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => bucket.TryAcquire(5, 1000)));
        Assert.Equal(200, bucket.GetRetryDelay(5));
        Assert.False(bucket.TryAcquire(5, 1199));
        Assert.True(bucket.TryAcquire(5, 1200));
        Assert.False(bucket.TryAcquire(5, 1200));
        Assert.Equal(5, Enumerable.Range(0, 101).Count(i => bucket.TryAcquire(5, 1200 + i * 10)));
    }

    [Fact]
    public void A_token_bucket_holds_no_more_tokens_after_a_long_time()
    {
        var bucket = new TokenBucket();
        bucket.TryAcquire(5, 0);
        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => bucket.TryAcquire(5, 1_000_000)));
    }

    [Fact]
    public void A_rate_of_zero_is_no_limit()
    {
        var bucket = new TokenBucket();
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(bucket.TryAcquire(0, 5)));
        Assert.Equal(0, bucket.GetRetryDelay(0));
    }

    [Fact]
    public void A_history_keeps_the_last_frames()
    {
        var history = new RoomHistory(2);
        byte[] one = [1], two = [2], three = [3];
        history.Add(one);
        history.Add(two);
        history.Add(three);
        Assert.Equal([two, three], history.Frames);
    }

    [Fact]
    public void A_send_queue_returns_one_frame_itself_and_copies_several_into_one_batch()
    {
        var queue = new SendQueue();
        byte[] one = [1, 2, 3], two = [4, 5], buffer = new byte[6];
        queue.Enqueue(one);
        Assert.Same(one, queue.GetBatch(buffer).Array);
        queue.Enqueue(two);
        queue.Enqueue([6, 7]);
        Assert.Equal(new byte[] { 1, 2, 3, 4, 5 }, queue.GetBatch(buffer).ToArray());
        Assert.Equal(7, queue.Bytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_send_queue_continues_after_a_partial_write(int bytesPerWrite)
    {
        var queue = new SendQueue();
        for (byte i = 0; i < 100; i++)
            queue.Enqueue([i, i, i]);
        var sent = new List<byte>();
        var buffer = new byte[10];
        while (queue.Bytes > 0)
        {
            var next = queue.GetBatch(buffer).Take(bytesPerWrite).ToArray();
            Assert.Equal(queue.Peek().Take(next.Length), next.Take(queue.Peek().Count));
            sent.AddRange(next);
            queue.Advance(next.Length);
        }
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (byte)(i / 3)), sent);
    }

    [Fact]
    public void A_send_queue_batches_the_frames_that_fit_and_never_splits_one()
    {
        var queue = new SendQueue();
        queue.Enqueue([1, 2, 3, 4]);
        queue.Enqueue([5, 6]);
        queue.Enqueue([7, 8]);
        Assert.Equal(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, queue.GetBatch(new byte[8]).ToArray());
        Assert.Equal(new byte[] { 1, 2, 3, 4, 5, 6 }, queue.GetBatch(new byte[7]).ToArray());
        // A frame that fills the buffer is sent without a copy.
        Assert.Equal(new byte[] { 1, 2, 3, 4 }, queue.GetBatch(new byte[4]).ToArray());
        queue.Advance(3);
        Assert.Equal(new byte[] { 4 }, queue.Peek().ToArray());
        Assert.Equal(new byte[] { 4, 5, 6 }, queue.GetBatch(new byte[4]).ToArray());
        queue.Advance(3);
        Assert.Equal((2, 2), (queue.Bytes, queue.Peek().Count));
        queue.Clear();
        Assert.Equal(0, queue.Bytes);
        queue.Enqueue([9]);
        Assert.Equal(new byte[] { 9 }, queue.Peek().ToArray());
    }

    [Fact]
    public void A_history_of_no_messages_is_not_enabled()
    {
        Assert.False(new RoomHistory(0).IsEnabled);
        Assert.True(new RoomHistory(1).IsEnabled);
    }
}
