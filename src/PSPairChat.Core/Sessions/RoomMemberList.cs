using System;
using System.Collections.Generic;
using System.Linq;
using PSPairChat.Messages;

namespace PSPairChat.Sessions;

/// <summary>Holds the other members of a room, as far as the room has reported them to one member. Any thread may call any member.</summary>
/// <param name="session">The session of that member.</param>
internal sealed class RoomMemberList(ChatSession session)
{
    private readonly Dictionary<string, MemberInfo> _members = new(NicknameComparer.Instance);

    /// <summary>Adds a member, unless it is in the list.</summary>
    public void Add(string handle)
    {
        lock (_members)
            GetOrAdd(handle);
    }

    /// <summary>Adds members, unless they are in the list.</summary>
    /// <param name="handles">The members.</param>
    /// <param name="isComplete">Whether there are no others, so that others are removed.</param>
    public void Update(IReadOnlyCollection<string> handles, bool isComplete)
    {
        var present = new HashSet<string>(handles, NicknameComparer.Instance);
        lock (_members)
        {
            foreach (var absent in isComplete ? _members.Keys.Where(handle => !present.Contains(handle)).ToArray() : [])
                _members.Remove(absent);
            foreach (var handle in handles)
                GetOrAdd(handle);
        }
    }

    /// <summary>Counts a message of a member, which is added if it is not in the list.</summary>
    public void CountMessage(string handle)
    {
        lock (_members)
            GetOrAdd(handle).MessageCount++;
    }

    public void Remove(string handle)
    {
        lock (_members)
            _members.Remove(handle);
    }

    /// <summary>Returns the members in alphabetical order.</summary>
    public IReadOnlyList<ChatMember> GetAll()
    {
        var members = new List<ChatMember>();
        lock (_members)
        {
            foreach (var pair in _members)
                members.Add(new ChatMember(session, pair.Key, pair.Value.ConnectedAt, pair.Value.MessageCount, 0));
        }
        members.Sort((a, b) => string.Compare(a.Handle, b.Handle, StringComparison.OrdinalIgnoreCase));
        return members;
    }

    private MemberInfo GetOrAdd(string handle)
    {
        if (!_members.TryGetValue(handle, out var member))
        {
            member = new MemberInfo();
            if (handle != session.Handle)
                _members.Add(handle, member);
        }
        return member;
    }

    private sealed class MemberInfo
    {
        public DateTime ConnectedAt { get; } = DateTime.UtcNow;

        public long MessageCount { get; set; }
    }
}
