using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>
/// The order of a room as one member receives it, who records presence and does not send. Each speaker numbers its connections, and the messages of each
/// connection from 0: <c>Ann&gt; 3.17</c>. A message that is lost or doubled, or out of its speaker's order, fails the test, as does a member that joins or
/// leaves twice.
/// </summary>
internal sealed partial class RoomOrder
{
    // The number of entries by which one member can be behind another.
    private const int MaxLag = 20_000;

    private readonly List<Item> _items = [];
    private readonly Dictionary<string, Item> _lastMessages = [];
    private readonly Dictionary<(string Handle, int Connection), int> _sent = [];
    private readonly HashSet<string> _present = [];

    /// <summary>Gets the number of messages and of changes of presence.</summary>
    public int Count => _items.Count;

    /// <summary>Gets the number of messages.</summary>
    public int MessageCount { get; private set; }

    /// <summary>Adds a line that the member has received.</summary>
    public void Add(string line)
    {
        if (Presence().Match(line) is { Success: true } match)
        {
            var handle = match.Groups[1].Value;
            var hasJoined = match.Groups[2].ValueSpan is "joined";
            Assert.True(hasJoined ? _present.Add(handle) : _present.Remove(handle), $"After entry {Count}, again: {line}");
            _items.Add(new Item(handle, 0, hasJoined ? Item.Joined : Item.Left));
        }
        else if (line[0] != '*')
        {
            var item = Item.Parse(line);
            ThrowIfOutOfOrder(item);
            _lastMessages[item.Handle] = item;
            _items.Add(item);
            MessageCount++;
        }
    }

    /// <summary>Sets how many messages were sent over a connection that ended in good order, or still exists: none of them may be lost.</summary>
    public void SetSentCount(string handle, int connection, int count) => _sent[(handle, connection)] = count;

    /// <summary>Gets the speakers whose last messages have not been added yet.</summary>
    public IEnumerable<string> GetIncomplete() => _lastMessages.Values.Where(last => !IsComplete(last)).Select(FormatIncomplete);

    /// <summary>Finds where a member joined whose first message this is: nothing between may be for it.</summary>
    /// <returns>The place after its entry; null if the message has not been added yet.</returns>
    public int? FindJoined(string handle, string firstLine)
    {
        var first = Item.Parse(firstLine);
        var index = _items.Count == 0 ? -1 : _items.LastIndexOf(first, _items.Count - 1, Math.Min(_items.Count, MaxLag));
        if (index < 0)
            return null;
        var joined = _items.LastIndexOf(new Item(handle, 0, Item.Joined), index);
        Assert.True(joined >= 0, $"{handle} has received '{firstLine}' and has not joined.");
        return joined + 1;
    }

    /// <summary>Fails the test if a line is not the next message for a member.</summary>
    /// <param name="handle">The member, which does not receive its own messages.</param>
    /// <param name="index">The place after the member's last message.</param>
    /// <param name="line">The line.</param>
    /// <returns>The place after the line; null if it has not been added yet.</returns>
    public int? ThrowIfNotNext(string handle, int index, string line)
    {
        while (index < _items.Count && (!_items[index].IsMessage || _items[index].Handle == handle))
            index++;
        if (index == _items.Count)
            return null;
        Assert.True(_items[index] == Item.Parse(line), $"At entry {index}, {handle} has received '{line}' in place of {_items[index]}.");
        return index + 1;
    }

    /// <summary>Gets whether a member has received all messages.</summary>
    public bool IsComplete(string handle, int index)
    {
        for (; index < _items.Count; index++)
        {
            if (_items[index].IsMessage && _items[index].Handle != handle)
                return false;
        }
        return true;
    }

    private void ThrowIfOutOfOrder(Item item)
    {
        var isSame = _lastMessages.TryGetValue(item.Handle, out var last) && item.Connection == last.Connection;
        Assert.True(isSame || last is null || item.Connection > last.Connection, $"After entry {Count}, {item} follows {last}.");
        Assert.True(item.Number == (isSame ? last!.Number + 1 : 0), $"After entry {Count}, {item} follows {last}.");
        if (!isSame && last is not null)
            Assert.True(IsComplete(last), IsComplete(last) ? "" : FormatIncomplete(last));
    }

    private bool IsComplete(Item last) => !_sent.TryGetValue((last.Handle, last.Connection), out var count) || last.Number == count - 1;

    private string FormatIncomplete(Item last) => $"{last} is the last one of {_sent[(last.Handle, last.Connection)]} messages.";

    [GeneratedRegex(@"^\* (\w+) has (joined|left)")]
    private static partial Regex Presence();

    private sealed record Item(string Handle, int Connection, int Number)
    {
        public const int Joined = -1;
        public const int Left = -2;

        public bool IsMessage => Number >= 0;

        public static Item Parse(string line)
        {
            var end = line.IndexOf('>', StringComparison.Ordinal);
            var dot = line.IndexOf('.', end);
            return new Item(string.Intern(line[..end]), ParseNumber(line.AsSpan(end + 2, dot - end - 2)), ParseNumber(line.AsSpan(dot + 1)));
        }

        public override string ToString() => $"{Handle}> {Connection}.{Number}";

        private static int ParseNumber(ReadOnlySpan<char> text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
