using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>The text of an invite: <c>pairchat://[handle@]host:port/[room][?server=host:port&amp;...]#token</c>.</summary>
internal sealed class InviteUri
{
    private const string Scheme = "pairchat";

    private const string ServerParameter = "server=";

    private InviteUri(string hostName, int port, string? room, string? handle, IReadOnlyList<DnsEndPoint> otherServers, InviteToken token)
    {
        HostName = hostName;
        Port = port;
        Room = room;
        Handle = handle;
        OtherServers = otherServers;
        Token = token;
    }

    public string HostName { get; }

    public int Port { get; }

    /// <summary>Gets the name of the room; null for a pair.</summary>
    public string? Room { get; }

    /// <summary>Gets the handle that the invite suggests; null for none.</summary>
    public string? Handle { get; }

    /// <summary>Gets the other servers at which a member of the room can continue its session.</summary>
    public IReadOnlyList<DnsEndPoint> OtherServers { get; }

    /// <summary>Gets the server of the invite and the other ones, in this order.</summary>
    public DnsEndPoint[] Servers => [new DnsEndPoint(HostName, Port), .. OtherServers];

    public InviteToken Token { get; }

    public static InviteUri Create(string hostName, int port, string? room, string? handle, InviteToken token, IReadOnlyList<DnsEndPoint>? otherServers = null) =>
        new(hostName, port, room, handle, otherServers ?? [], token);

    /// <summary>Gets whether a text is meant as an invite.</summary>
    public static bool IsInvite(string text) => text.StartsWith(Scheme + ":", StringComparison.OrdinalIgnoreCase);

    /// <summary>Parses the text of an invite.</summary>
    /// <exception cref="ChatException">InviteInvalid.</exception>
    public static InviteUri Parse(string text)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || uri.Scheme != Scheme)
            throw CreateInvalidException("it does not begin with 'pairchat://'");
        if (uri.Port is < 1 or > 65535 || uri.Host.Length == 0)
            throw CreateInvalidException("the host or the port is missing");
        var token = uri.Fragment.Length > 1 ? InviteToken.TryParse(uri.Fragment.Substring(1)) : null;
        if (token is null)
            throw CreateInvalidException("the token after '#' is missing or incomplete");
        var room = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/'));
        var handle = Uri.UnescapeDataString(uri.UserInfo);
        return new InviteUri(uri.DnsSafeHost, uri.Port, room.Length > 0 ? room : null, handle.Length > 0 ? handle : null, ParseServers(uri), token);
    }

    public override string ToString()
    {
        var user = Handle is null ? "" : Uri.EscapeDataString(Handle) + "@";
        var room = Room is null ? "" : Uri.EscapeDataString(Room);
        var servers = string.Join("&", OtherServers.Select(server => ServerParameter + HostNameParser.Format(server.Host, server.Port)));
        return $"{Scheme}://{user}{HostNameParser.Format(HostName, Port)}/{room}{(servers.Length > 0 ? "?" + servers : "")}#{Token}";
    }

    private static DnsEndPoint[] ParseServers(Uri uri)
    {
        try
        {
            var servers = uri.Query.TrimStart('?').Split('&').Where(parameter => parameter.StartsWith(ServerParameter, StringComparison.Ordinal));
            return HostNameParser.ParseAll(servers.Select(parameter => Uri.UnescapeDataString(parameter.Substring(ServerParameter.Length))), uri.Port);
        }
        catch (ChatException e)
        {
            throw CreateInvalidException(e.Message.TrimEnd('.'));
        }
    }

    private static ChatException CreateInvalidException(string why) =>
        new(ChatErrorReason.InviteInvalid, $"Invalid invite: {why}. An invite looks like 'pairchat://host:54321/#token'.");
}
