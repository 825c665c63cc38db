using System;
using System.Net;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>Accepts the connections of clients.</summary>
internal abstract class ConnectionListener : IDisposable
{
    /// <summary>Occurs, on any thread, when something about a client should be brought to the attention of the host.</summary>
    public event Action<string>? Warning;

    public abstract EndPoint LocalEndPoint { get; }

    /// <summary>
    /// Gets or sets the method to call, on any thread, with the first error when connections cannot be accepted, for example because the process has too many
    /// open files. Accepting is retried, and the method is called again only after a connection was accepted in between.
    /// </summary>
    public Action<Exception>? AcceptFailed { get; set; }

    /// <summary>Gets the address of the listener; the name of the host if it listens on all addresses.</summary>
    public string HostName => LocalEndPoint is IPEndPoint { Address: var address } && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
        ? address.ToString()
        : Dns.GetHostName();

    /// <summary>Accepts the next connection. A client that disconnects while it is accepted is skipped.</summary>
    /// <returns>The connection; null when the listener is disposed of.</returns>
    public abstract Task<TransportConnection?> AcceptAsync();

    public abstract void Dispose();

    protected void OnWarning(string text) => Warning?.Invoke(text);
}
