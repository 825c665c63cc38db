using System;
using System.Collections.Generic;
using PSPairChat.Messages;

namespace PSPairChat.Rooms;

/// <summary>
/// The members of a room by nickname. Nicknames consist of letters, and no two look alike or differ only in case. One thread at a time changes the registry;
/// <see cref="Count"/> and <see cref="ToArray"/> can be called on any thread.
/// </summary>
/// <typeparam name="TMember">The type of a member.</typeparam>
internal sealed class NicknameRegistry<TMember>(int maxMembers, int maxHandleLength, params string[] reserved)
    where TMember : class
{
    private readonly Dictionary<string, TMember> _members = new(NicknameComparer.Instance);     // locked for changes and by other threads
    private readonly ConfusableSet _nicknames = new(reserved);

    /// <summary>Gets the number of members.</summary>
    public int Count
    {
        get
        {
            lock (_members)
                return _members.Count;
        }
    }

    /// <summary>Gets whether the registry has as many members as it may have.</summary>
    public bool IsFull => _members.Count >= maxMembers;

    /// <summary>Gets the members in no particular order.</summary>
    public Dictionary<string, TMember>.ValueCollection Members => _members.Values;

    /// <summary>Adds a member.</summary>
    /// <param name="handle">The nickname.</param>
    /// <param name="member">The member.</param>
    /// <param name="reason">The reason why the nickname is rejected; empty if it is not.</param>
    /// <returns>Whether the member was added.</returns>
    public bool TryAdd(string handle, TMember member, out string reason)
    {
        reason = HandleValidator.Validate(handle, maxHandleLength, lettersOnly: true) ?? "";
        if (reason.Length == 0 && _nicknames.TryAdd(handle) is { } conflict)
        {
            reason = FormatConflict(handle, conflict);
        }
        if (reason.Length > 0)
            return false;
        lock (_members)
            _members.Add(handle, member);
        return true;
    }

    /// <summary>Adds a member whose nickname was checked elsewhere, in place of the one that has it.</summary>
    public void Set(string handle, TMember member)
    {
        lock (_members)
        {
            _members.Remove(handle);
            _members.Add(handle, member);
        }
    }

    /// <summary>Gets why a nickname is rejected.</summary>
    /// <param name="handle">The nickname.</param>
    /// <param name="conflict">The nickname that it looks like.</param>
    public static string FormatConflict(string handle, string conflict) => NicknameComparer.Instance.Equals(conflict, handle)
        ? $"The handle '{handle}' is taken."
        : $"The handle '{handle}' looks like '{conflict}', which is taken.";

    /// <summary>Finds a member; null if no member has that nickname.</summary>
    public TMember? Find(string handle) => _members.TryGetValue(handle, out var member) ? member : null;

    /// <summary>Removes a member. The nickname can be used again immediately.</summary>
    public bool Remove(string handle)
    {
        lock (_members)
        {
            if (!_members.Remove(handle))
                return false;
        }
        _nicknames.Remove(handle);
        return true;
    }

    /// <summary>Removes all members.</summary>
    public void Clear()
    {
        foreach (var nickname in _members.Keys)
            _nicknames.Remove(nickname);
        lock (_members)
            _members.Clear();
    }

    /// <summary>Gets the nicknames and members in alphabetical order of the nicknames.</summary>
    public KeyValuePair<string, TMember>[] ToArray()
    {
        KeyValuePair<string, TMember>[] members;
        lock (_members)
        {
            members = new KeyValuePair<string, TMember>[_members.Count];
            ((ICollection<KeyValuePair<string, TMember>>)_members).CopyTo(members, 0);
        }
        Array.Sort(members, (a, b) => StringComparer.OrdinalIgnoreCase.Compare(a.Key, b.Key));
        return members;
    }
}
