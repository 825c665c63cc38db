using System;
using System.Collections.Generic;
using PSPairChat.Messages;

namespace PSPairChat.Rooms;

/// <summary>Who is in a room, by nickname: letters only, unique without regard to case. A nickname is free again as soon as it is taken off.</summary>
/// <typeparam name="TMember">What stands for a member.</typeparam>
internal sealed class NicknameRegistry<TMember>(int maxMembers, int maxHandleLength, params string[] reserved)
    where TMember : class
{
    private readonly Dictionary<string, TMember> _members = new(NicknameComparer.Instance);
    private readonly ConfusableSet _nicknames = new(reserved);

    public int Count => _members.Count;

    public bool IsFull => _members.Count >= maxMembers;

    public Dictionary<string, TMember>.ValueCollection Members => _members.Values;

    /// <summary>Puts a member on the roster.</summary>
    /// <returns>Why the nickname is refused; null when it is taken in.</returns>
    public string? TryAdd(string handle, TMember member)
    {
        if (HandleValidator.Validate(handle, maxHandleLength, lettersOnly: true) is { } refusal)
            return refusal;
        if (_nicknames.TryAdd(handle) is { } conflict)
        {
            return NicknameComparer.Instance.Equals(conflict, handle)
                ? $"The handle '{handle}' is taken."
                : $"The handle '{handle}' looks like '{conflict}', which is taken.";
        }
        _members.Add(handle, member);
        return null;
    }

    public TMember? Find(string handle) => _members.TryGetValue(handle, out var member) ? member : null;

    public bool Remove(string handle)
    {
        if (!_members.Remove(handle))
            return false;
        _nicknames.Remove(handle);
        return true;
    }

    /// <summary>The nicknames in alphabetical order.</summary>
    public string[] GetNicknames()
    {
        var handles = new string[_members.Count];
        _members.Keys.CopyTo(handles, 0);
        Array.Sort(handles, StringComparer.OrdinalIgnoreCase);
        return handles;
    }
}
