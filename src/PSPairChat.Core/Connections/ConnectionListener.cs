using System;
using System.Net;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>Where peers call in.</summary>
internal abstract class ConnectionListener : IDisposable
{
    public abstract EndPoint LocalEndPoint { get; }

    /// <summary>Takes the next peer; null when the listener has been disposed of. Passing troubles of single callers are passed over.</summary>
    public abstract Task<TransportConnection?> AcceptAsync();

    public abstract void Dispose();
}
