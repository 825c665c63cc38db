using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using PSPairChat.Security;

namespace PSPairChat.Rooms;

/// <summary>The backplane of a room that only one server carries: each entry comes back within the call that appends it.</summary>
/// <param name="registry">The members of the room.</param>
internal sealed class InProcessBackplane(NicknameRegistry<RoomMembership> registry) : IRoomBackplane
{
    private IBackplaneReceiver _receiver = null!;

    public IReadOnlyCollection<string> OtherHosts => Array.Empty<string>();

    public bool IsCongested => false;

    public bool IsShared => false;

    public void Start(IBackplaneReceiver receiver) => _receiver = receiver;

    public void Claim(RoomMembership member)
    {
        if (registry.IsFull)
            _receiver.OnClaimRejected(member, null);
        else if (registry.TryAdd(member.Handle, member, out var reason))
            _receiver.OnEntry(RoomEntry.Joined(member));
        else
            _receiver.OnClaimRejected(member, reason);
    }

    public void Release(RoomMembership member, string reason)
    {
        registry.Remove(member.Handle);
        _receiver.OnEntry(RoomEntry.Left(member, reason));
    }

    // All members are disconnected, and no other server carries the room.
    public void ReleaseAll(string reason) => registry.Clear();

    public bool TryAppend(in RoomEntry entry)
    {
        _receiver.OnEntry(entry);
        return true;
    }

    public bool TryWithdraw(object origin) => false;

    public Task<SharedSession?> FindSessionAsync(string id) => Task.FromResult<SharedSession?>(null);

    public void CatchUp(RoomMembership member, long position)
    {
    }

    public ChatBackplane? GetStatus() => null;

    public void Dispose()
    {
    }
}
