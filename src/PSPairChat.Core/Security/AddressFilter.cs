using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PSPairChat.Security;

/// <summary>Decides from which addresses clients may connect: single addresses and CIDR ranges, IPv4 and IPv6.</summary>
internal sealed class AddressFilter
{
    private readonly List<(byte[] Network, int PrefixLength)> _ranges = [];

    /// <summary>Creates a filter.</summary>
    /// <param name="ranges">Addresses and CIDR ranges, such as <c>192.168.0.0/16</c>.</param>
    /// <exception cref="ChatException">AddressInvalid.</exception>
    public AddressFilter(IEnumerable<string> ranges)
    {
        foreach (var range in ranges)
            _ranges.Add(Parse(range));
    }

    /// <summary>Gets whether an address is in one of the ranges. An IPv4-mapped IPv6 address counts as the IPv4 address.</summary>
    public bool Allows(IPAddress address)
    {
        var bytes = GetBytes(address);
        foreach (var (network, prefixLength) in _ranges)
        {
            if (network.Length == bytes.Length && HasPrefix(bytes, network, prefixLength))
                return true;
        }
        return false;
    }

    private static (byte[] Network, int PrefixLength) Parse(string range)
    {
        var slash = range.IndexOf('/');
        var text = slash < 0 ? range : range.Substring(0, slash);
        if (!IPAddress.TryParse(text, out var address) || address.AddressFamily == AddressFamily.InterNetwork && text.Split('.').Length != 4)
            throw CreateInvalidException(range);
        var bits = address.GetAddressBytes().Length * 8;
        var prefixLength = bits;
        if (slash >= 0 && (!int.TryParse(range.Substring(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefixLength) || prefixLength > bits))
            throw CreateInvalidException(range);
        if (!address.IsIPv4MappedToIPv6)
            return (address.GetAddressBytes(), prefixLength);
        const int MappedPrefixBits = 96;
        return prefixLength >= MappedPrefixBits ? (GetBytes(address), prefixLength - MappedPrefixBits) : throw CreateInvalidException(range);
    }

    private static byte[] GetBytes(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();

    private static bool HasPrefix(byte[] address, byte[] network, int prefixLength)
    {
        var whole = prefixLength / 8;
        for (var i = 0; i < whole; i++)
        {
            if (address[i] != network[i])
                return false;
        }
        var shift = 8 - prefixLength % 8;
        return shift == 8 || address[whole] >> shift == network[whole] >> shift;
    }

    private static ChatException CreateInvalidException(string range) => new(ChatErrorReason.AddressInvalid,
        $"Invalid address range '{DisplayText.Sanitize(range)}'. Specify an IP address, or a range such as 192.168.0.0/16 or fd00::/8.");
}
