using System.Text;
using PSPairChat.Connections;

namespace PSPairChat.Unit;

/// <summary>The peer of a session under test, over an in-memory connection.</summary>
internal sealed class InMemoryPeer
{
    private const int BufferSize = 64 * 1024;

    public InMemoryPeer() => (SessionConnection, Connection) = InMemoryConnection.CreatePair();

    /// <summary>Gets the session's end of the connection.</summary>
    public InMemoryConnection SessionConnection { get; }

    /// <summary>Gets the peer's end of the connection.</summary>
    public InMemoryConnection Connection { get; }

    public void Send(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Connection.Send(bytes, 0, bytes.Length);
    }

    /// <summary>Receives what the session has sent so far.</summary>
    public string ReceiveAvailable()
    {
        var buffer = new byte[BufferSize];
        var count = Connection.Receive(buffer, 0, buffer.Length, 0);
        return count > 0 ? Encoding.UTF8.GetString(buffer, 0, count) : "";
    }
}
