using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace PSPairChat.Security;

/// <summary>Finds a name or address under which other hosts can reach a server of this host.</summary>
internal static class ReachableHost
{
    /// <summary>Finds the name or address.</summary>
    /// <param name="bindAddress">The address on which the server listens; a wildcard address for all.</param>
    /// <returns>The address, if the server listens on one; otherwise, the address of an interface with a gateway; otherwise, the name of the host.</returns>
    public static string Find(IPAddress? bindAddress)
    {
        if (bindAddress is not null && !bindAddress.Equals(IPAddress.Any) && !bindAddress.Equals(IPAddress.IPv6Any))
            return bindAddress.ToString();
        try
        {
            foreach (var networkInterface in NetworkInterface.GetAllNetworkInterfaces())
            {
                var properties = networkInterface.GetIPProperties();
                if (networkInterface.OperationalStatus != OperationalStatus.Up || properties.GatewayAddresses.Count == 0)
                    continue;
                foreach (var address in properties.UnicastAddresses)
                {
                    if (address.Address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address.Address))
                        return address.Address.ToString();
                }
            }
        }
        catch (NetworkInformationException)
        {
            // The name of the host remains.
        }
        return Dns.GetHostName();
    }
}
