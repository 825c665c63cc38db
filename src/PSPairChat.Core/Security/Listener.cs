using System.Net;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>Starts the listener that the options of a server session ask for.</summary>
internal static class Listener
{
    /// <summary>Starts to listen.</summary>
    /// <param name="port">The port; 0 for any free port.</param>
    /// <param name="options">The options of the session.</param>
    /// <param name="bindAddress">The local address; null for all addresses.</param>
    /// <exception cref="ChatException">PortInUse, PermissionDenied, ConnectFailed, AddressInvalid or KeyInvalid.</exception>
    public static ConnectionListener Start(int port, ChatOptions options, IPAddress? bindAddress)
    {
        var trust = options.SecureServer is { } secure ? new ServerTrust(UserKey.Load(), secure, UserFiles.TrustedKeys, options.Resume) : null;
        var filter = options.AllowedAddresses.Count > 0 ? new AddressFilter(options.AllowedAddresses) : null;
        var listener = TcpConnectionListener.Listen(bindAddress, port);
        listener.IsAllowed = filter is null ? null : filter.Allows;
        return trust is null ? listener : new SecureListener(listener, trust);
    }
}
