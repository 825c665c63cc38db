using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using PSPairChat.Messages;
using PSPairChat.Rooms;

namespace PSPairChat.Backplane;

/// <summary>The members of a room at all servers, by the identifier of the membership and by nickname. Changed on the event loop only.</summary>
/// <param name="registry">The members by nickname.</param>
internal sealed class BackplaneMembers(NicknameRegistry<RoomMembership> registry)
{
    private const int MaxHandleLength = 1000;

    private readonly Dictionary<string, RoomMembership> _members = [];

    /// <summary>Gets the identifiers of the servers that have members.</summary>
    public IEnumerable<string> Servers => _members.Keys.Select(GetServer).Distinct();

    /// <summary>Finds a member; null if no member has the identifier.</summary>
    public RoomMembership? Find(string id) => _members.TryGetValue(id, out var member) ? member : null;

    /// <summary>Finds a member by nickname.</summary>
    public RoomMembership? FindByNickname(string handle) => registry.Find(handle);

    /// <summary>Gets whether a member of this server has the nickname that it claimed. Can be called on any thread.</summary>
    public static bool IsRegistered(RoomMembership member) => member.Connection?.Member == member;

    /// <summary>Gets the members of a server.</summary>
    public List<RoomMembership> GetMembersOf(string server) => _members.Values.Where(member => GetServer(member.Id) == server).ToList();

    /// <summary>Creates the identifier of a membership. Its last part identifies the session of the member, and remains the same.</summary>
    public static string CreateId(string server, RoomMembership member) =>
        server + (member.Id.Length > 0 ? GetSession(member.Id) : "." + (member.Token?.FormatId() ?? Guid.NewGuid().ToString("N")));

    /// <summary>Gets whether two identifiers are those of memberships with the same session.</summary>
    public static bool HasSameSession(string id, string other) =>
        id.IndexOf('.') >= 0 && GetSession(id) == GetSession(other);

    /// <summary>Adds a member in place of the one that has its nickname.</summary>
    public void Set(RoomMembership member)
    {
        _members[member.Id] = member;
        registry.Set(member.Handle, member);
    }

    /// <summary>Changes the identifier of a membership.</summary>
    public void SetId(RoomMembership member, string id)
    {
        var isKnown = _members.Remove(member.Id);
        member.Id = id;
        if (isKnown)
            _members.Add(id, member);
    }

    /// <summary>Removes a member.</summary>
    /// <returns>Whether it had the nickname.</returns>
    public bool Remove(RoomMembership member)
    {
        _members.Remove(member.Id);
        return registry.Find(member.Handle) == member && registry.Remove(member.Handle);
    }

    /// <summary>Creates a member of another server.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="handle">The nickname.</param>
    /// <param name="info">The server, the end point, and the time of the connection, one on each line.</param>
    /// <returns>The member; null if the values are not valid.</returns>
    public static RoomMembership? Create(string id, string handle, string info)
    {
        var lines = info.Split('\n');
        if (lines.Length < 3 || !long.TryParse(lines[2], NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            || time > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() || HandleValidator.Validate(handle, MaxHandleLength, lettersOnly: true) is not null)
        {
            return null;
        }
        return new RoomMembership(handle, DisplayText.Sanitize(lines[0]), DisplayText.Sanitize(lines[1]), DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime) { Id = id };
    }

    private static string GetSession(string memberId) => memberId.Substring(Math.Max(0, memberId.LastIndexOf('.')));

    private static string GetServer(string memberId) => memberId.Substring(0, Math.Max(0, memberId.IndexOf('.')));
}
