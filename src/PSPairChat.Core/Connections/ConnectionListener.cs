using System;
using System.Net;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>Accepts the connections of clients.</summary>
internal abstract class ConnectionListener : IDisposable
{
    public abstract EndPoint LocalEndPoint { get; }

    /// <summary>Gets the address of the listener; the name of the host if it listens on all addresses.</summary>
    public string HostName => LocalEndPoint is IPEndPoint { Address: var address } && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
        ? address.ToString()
        : Dns.GetHostName();

    /// <summary>Accepts the next connection. A client that disconnects while it is accepted is skipped.</summary>
    /// <returns>The connection; null when the listener is disposed of.</returns>
    public abstract Task<TransportConnection?> AcceptAsync();

    public abstract void Dispose();
}
