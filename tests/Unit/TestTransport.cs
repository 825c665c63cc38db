using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using PSPairChat.Security;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Opens the sessions of a test over plain TCP or, in a derived class, over TLS with an invite for each client.</summary>
internal sealed class TestTransport
{
    public static readonly TestTransport Tcp = new(isSecure: false);
    public static readonly TestTransport Tls = new(isSecure: true);

    private static readonly ConcurrentDictionary<int, (ChatSession Session, ChatInviteList Invites)> SecureServers = new();
    private readonly bool _isSecure;

    private TestTransport(bool isSecure) => _isSecure = isSecure;

    /// <summary>Opens the stream of a client that is no session, on a connected socket. If the server is secure, the client uses an invite.</summary>
    public static Stream OpenStream(Socket socket)
    {
        var network = new NetworkStream(socket, ownsSocket: false);
        if (FindInvites(((IPEndPoint)socket.RemoteEndPoint!).Port) is not { } invites)
            return network;
        byte[] certificate = [];
        var tls = new SslStream(network, leaveInnerStreamOpen: false, (_, c, _, _) => (certificate = c!.GetRawCertData()).Length > 0);
        tls.AuthenticateAsClient("test");
        tls.Write(SecureGreeting.EncodeInvite(InviteProof.ComputeClient(invites.Create().Token.Secret, certificate)));
        var answer = new StringBuilder();
        while (answer.Length == 0 || answer[^1] != '\n')
            answer.Append((char)tls.ReadByte());
        Assert.StartsWith("PAIRCHAT 1 OK ", answer.ToString(), StringComparison.Ordinal);
        return tls;
    }

    public ServerSession StartServer(int port, ChatOptions options, IPAddress? bindAddress = null)
    {
        var server = ServerSession.Start(port, ForServer(options), bindAddress);
        Register(server, server.Invites);
        return server;
    }

    public RoomSession StartRoom(string room, int port, ChatOptions options, RoomOptions? roomOptions = null, IPAddress? bindAddress = null)
    {
        var session = RoomSession.Start(room, port, ForServer(options), roomOptions, bindAddress);
        Register(session, session.Invites);
        return session;
    }

    public static ClientSession Connect(string hostName, int port, ChatOptions options, TimeSpan? timeout = null) =>
        ClientSession.Connect(hostName, port, ForClient(port, options), timeout);

    public static RoomMemberSession Join(string hostName, int port, string room, ChatOptions options, RoomDialect dialect = RoomDialect.Text, TimeSpan? timeout = null) =>
        RoomMemberSession.Connect(hostName, port, room, ForClient(port, options), dialect, timeout);

    private ChatOptions ForServer(ChatOptions options) => _isSecure ? options with { SecureServer = new SecureServerOptions() } : options;

    // A test that connects to another kind of server does so over plain TCP.
    private static ChatOptions ForClient(int port, ChatOptions options) => FindInvites(port) is { } invites
        ? options with { SecureClient = new SecureClientOptions { Invite = invites.Create(new ChatInviteOptions { HostName = "127.0.0.1" }).ToString() } }
        : options;

    // A later server of another test can have the same port.
    private static ChatInviteList? FindInvites(int port) =>
        SecureServers.TryGetValue(port, out var server) && !server.Session.IsCompleted ? server.Invites : null;

    private static void Register(ChatSession session, ChatInviteList invites)
    {
        if (invites.IsAvailable)
            SecureServers[session.Port] = (session, invites);
    }
}
