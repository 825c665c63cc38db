using System;
using System.Net;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>Accepts the connections of clients.</summary>
internal abstract class ConnectionListener : IDisposable
{
    public abstract EndPoint LocalEndPoint { get; }

    /// <summary>
    /// Gets or sets the method to call, on any thread, with the first error when connections cannot be accepted, for example because the process has too many
    /// open files. Accepting is retried, and the method is called again only after a connection was accepted in between.
    /// </summary>
    public Action<Exception>? AcceptFailed { get; set; }

    /// <summary>Accepts the next connection. A client that disconnects while it is accepted is skipped.</summary>
    /// <returns>The connection; null when the listener is disposed of.</returns>
    public abstract Task<TransportConnection?> AcceptAsync();

    public abstract void Dispose();
}
