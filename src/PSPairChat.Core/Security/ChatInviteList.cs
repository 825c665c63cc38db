using System.Linq;
using System.Net;
using PSPairChat.Connections;
using PSPairChat.Messages;
using PSPairChat.Security;

namespace PSPairChat;

/// <summary>Represents the invites of a secure server.</summary>
public sealed class ChatInviteList
{
    private const int MaxHandleLength = 64;

    private readonly ChatSession _session;
    private readonly IPAddress? _address;
    private readonly string? _room;
    private readonly InviteRegistry? _invites;

    internal ChatInviteList(ChatSession session, string? room, ConnectionListener listener)
    {
        _session = session;
        _address = (listener.LocalEndPoint as IPEndPoint)?.Address;
        _room = room;
        _invites = (listener as SecureListener)?.Trust.Invites;
    }

    private InviteRegistry Registry => _invites
        ?? throw new ChatException(ChatErrorReason.NotSecure, $"The session '{_session.Name}' is not a secure server.");

    /// <summary>Gets whether the session is a secure server, which can create invites.</summary>
    public bool IsAvailable => _invites is not null;

    /// <summary>Creates an invite, with which a client can connect.</summary>
    /// <param name="options">The options of the invite; null for the defaults.</param>
    /// <exception cref="ChatException">NotSecure: the session is not a secure server. HandleInvalid. HostNotFound: the host name is not valid.</exception>
    public ChatInvite Create(ChatInviteOptions? options = null)
    {
        options ??= new ChatInviteOptions();
        if (options.Handle is not null)
            HandleValidator.ThrowIfInvalid(options.Handle, MaxHandleLength, lettersOnly: _room is not null);
        var (hostName, port) = options.HostName is null ? (ReachableHost.Find(_address), null) : HostNameParser.Parse(options.HostName);
        var otherServers = options.OtherServers.Select(server => server.Port == 0 ? new DnsEndPoint(server.Host, _session.Port) : server).ToArray();
        return Registry.Create(hostName, port ?? _session.Port, _room, options with { OtherServers = otherServers });
    }

    /// <summary>Gets the invites that clients can still use, oldest first.</summary>
    /// <exception cref="ChatException">NotSecure: the session is not a secure server.</exception>
    public ChatInvite[] GetAll() => Registry.GetInvites();

    /// <summary>Removes an invite.</summary>
    /// <param name="id">The number of the invite.</param>
    /// <returns>true if it could still be used; otherwise, false.</returns>
    /// <exception cref="ChatException">NotSecure: the session is not a secure server.</exception>
    public bool Remove(int id) => Registry.Remove(id);
}
