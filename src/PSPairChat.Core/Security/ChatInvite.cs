using System;
using PSPairChat.Connections;
using PSPairChat.Security;

namespace PSPairChat;

/// <summary>An invite to a secure server: one line of text that lets a client verify the server, and the server verify the client.</summary>
public sealed class ChatInvite
{
    private readonly InviteRegistry _registry;
    private readonly InviteUri _uri;
    private readonly Deadline _expiry;
    private volatile int _uses;
    private volatile bool _removed;

    internal ChatInvite(InviteRegistry registry, int id, InviteUri uri, TimeSpan lifetime, int maxUses)
    {
        _registry = registry;
        Id = id;
        _uri = uri;
        MaxUses = maxUses;
        ExpiresAt = DateTime.Now + lifetime;
        _expiry = Deadline.After(lifetime);
    }

    /// <summary>Gets the number of the invite, unique in its session.</summary>
    public int Id { get; }

    /// <summary>Gets the name or address of the server that the invite names.</summary>
    public string HostName => _uri.HostName;

    /// <summary>Gets the port of the server.</summary>
    public int Port => _uri.Port;

    /// <summary>Gets the name of the room; null for a pair.</summary>
    public string? Room => _uri.Room;

    /// <summary>Gets the handle that the invite suggests; null for none.</summary>
    public string? Handle => _uri.Handle;

    /// <summary>Gets when the invite expires, in local time. The server measures the lifetime on a monotonic clock.</summary>
    public DateTime ExpiresAt { get; }

    /// <summary>Gets how many clients can use the invite.</summary>
    public int MaxUses { get; }

    /// <summary>Gets how many clients have used the invite.</summary>
    public int Uses => _uses;

    /// <summary>Gets whether a client can still use the invite.</summary>
    public bool IsValid => !_removed && _uses < MaxUses && !_expiry.HasPassed;

    internal InviteToken Token => _uri.Token;

    /// <summary>Gets the text of the invite. Whoever has it can connect: send it over a channel that you trust.</summary>
    public string Uri => _uri.ToString();

    /// <summary>Returns the text of the invite. Whoever has it can connect: send it over a channel that you trust.</summary>
    public override string ToString() => _uri.ToString();

    /// <summary>Removes the invite: no client can use it any more.</summary>
    /// <returns>true if it could still be used; otherwise, false.</returns>
    public bool Remove() => _registry.Remove(Id);

    internal void AddUse() => _uses++;

    internal void OnRemoved() => _removed = true;
}
