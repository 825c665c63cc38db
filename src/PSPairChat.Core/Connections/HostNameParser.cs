using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;

namespace PSPairChat.Connections;

/// <summary>Splits the address of a server, such as <c>flip1:54321</c>, <c>[::1]:54321</c> or <c>tcp://flip1:54321</c>, into host and port.</summary>
internal static class HostNameParser
{
    private const string Scheme = "tcp://";

    /// <summary>Parses the addresses of servers.</summary>
    /// <param name="addresses">The addresses.</param>
    /// <param name="defaultPort">The port of an address without one.</param>
    /// <exception cref="ChatException">HostNotFound: an address has no name, a scheme other than tcp, or an invalid port.</exception>
    public static DnsEndPoint[] ParseAll(IEnumerable<string> addresses, int defaultPort) => addresses.Select(address =>
    {
        var (host, port) = Parse(address);
        return new DnsEndPoint(host, port ?? defaultPort);
    }).ToArray();

    /// <summary>Formats a host and a port, so that <see cref="Parse"/> splits them.</summary>
    public static string Format(string host, int port) => string.Format(CultureInfo.InvariantCulture, host.IndexOf(':') >= 0 ? "[{0}]:{1}" : "{0}:{1}", host, port);

    /// <summary>Splits an address.</summary>
    /// <param name="address">The address.</param>
    /// <returns>The host, and the port if the address has one.</returns>
    /// <exception cref="ChatException">HostNotFound: the address has no name, a scheme other than tcp, or an invalid port.</exception>
    public static (string Host, int? Port) Parse(string address)
    {
        var host = address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? address.Substring(Scheme.Length).TrimEnd('/') : address;
        if (host.Contains("/"))
            throw CreateInvalidException(address);
        var colon = host.LastIndexOf(':');
        var isBracketed = host.StartsWith("[", StringComparison.Ordinal);
        // An IPv6 address without brackets has no port.
        if (colon < 0 || (isBracketed ? host[colon - 1] != ']' : host.IndexOf(':') != colon))
            return (GetName(host, address), null);
        if (!int.TryParse(host.Substring(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            throw new ChatException(ChatErrorReason.HostNotFound, $"'{address}' has an invalid port.") { RecommendedAction = "Specify a port from 1 through 65535." };
        return (GetName(host.Substring(0, colon), address), port);
    }

    private static string GetName(string host, string address)
    {
        var name = host.TrimStart('[').TrimEnd(']');
        return name.Length > 0 ? name : throw CreateInvalidException(address);
    }

    private static ChatException CreateInvalidException(string address) => new(ChatErrorReason.HostNotFound, $"'{address}' is not a host name.")
    {
        RecommendedAction = "Specify a name, an address, or one of them with the port, as in flip1:54321 or tcp://flip1:54321.",
    };
}
