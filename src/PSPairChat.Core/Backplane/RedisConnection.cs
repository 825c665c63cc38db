using System;
using System.Globalization;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Security;

namespace PSPairChat.Backplane;

/// <summary>
/// A connection to a Redis server. One thread at a time executes commands; another one can dispose of the connection, which ends the wait for a reply. After an
/// exception, the connection cannot be used any more.
/// </summary>
internal sealed class RedisConnection : IDisposable
{
    /// <summary>The time in milliseconds after which a server that does not reply is regarded as lost.</summary>
    public const int ReplyTimeout = 5_000;

    private readonly TcpConnection _transport;
    private readonly Stream _stream;
    private readonly RespReader _reader;

    private RedisConnection(TcpConnection transport, Stream stream)
    {
        _transport = transport;
        _stream = stream;
        _reader = new RespReader(stream);
    }

    /// <summary>Connects, authenticates, and selects the database.</summary>
    /// <param name="uri">The address of the server.</param>
    /// <param name="fingerprint">The fingerprint of its certificate; null to verify the certificate with the trust of the system.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="ChatException">HostNotFound, ConnectFailed or ConnectTimedOut.</exception>
    /// <exception cref="Exception">See <see cref="IsFailure"/>.</exception>
    public static RedisConnection Connect(RedisUri uri, KeyFingerprint? fingerprint, CancellationToken cancellationToken)
    {
        var transport = TcpConnector.Connect(uri.Host, uri.Port, TimeSpan.FromMilliseconds(ReplyTimeout), cancellationToken);
        var cancellation = cancellationToken.Register(transport.Dispose);
        try
        {
            transport.Socket!.ReceiveTimeout = transport.Socket.SendTimeout = ReplyTimeout;
            Stream stream = new NetworkStream(transport.Socket);
            if (uri.IsSecure)
                stream = Encrypt(stream, uri.Host, fingerprint);
            var connection = new RedisConnection(transport, stream);
            connection.Authenticate(uri);
            return connection;
        }
        catch
        {
            transport.Dispose();
            throw;
        }
        finally
        {
            cancellation.Dispose();
        }
    }

    /// <summary>Gets whether an exception means that the server cannot be used at present.</summary>
    public static bool IsFailure(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or AuthenticationException or InvalidOperationException or RedisException or ChatException;

    /// <summary>Sends commands in one write, and waits for the replies.</summary>
    /// <returns>The replies, in the order of the commands.</returns>
    public RespReply[] Execute(RespCommands commands)
    {
        commands.WriteTo(_stream);
        var replies = new RespReply[commands.Count];
        for (var i = 0; i < replies.Length; i++)
            replies[i] = _reader.Read();
        return replies;
    }

    public void Dispose()
    {
        _transport.Dispose();
        _stream.Dispose();
    }

    private static SslStream Encrypt(Stream inner, string host, KeyFingerprint? fingerprint)
    {
        var stream = new SslStream(inner, leaveInnerStreamOpen: false, (_, certificate, _, errors) => fingerprint is null
            ? errors == SslPolicyErrors.None
            : certificate is not null && KeyFingerprint.FromCertificate(certificate.GetRawCertData()).Equals(fingerprint));
        stream.AuthenticateAsClient(host, null, TlsCredentials.Protocols, checkCertificateRevocation: false);
        return stream;
    }

    private void Authenticate(RedisUri uri)
    {
        var commands = new RespCommands();
        if (uri.User is not null)
            commands.Add("AUTH", uri.User, uri.Password!);
        else if (uri.Password is not null)
            commands.Add("AUTH", uri.Password);
        commands.Add("SELECT", uri.Database.ToString(CultureInfo.InvariantCulture));
        foreach (var reply in Execute(commands))
            reply.ThrowIfError();
    }
}
