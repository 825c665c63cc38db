using System.Text;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>The line that a secure server sends to a client that does not use TLS.</summary>
internal static class SecureNotice
{
    /// <summary>The line without its line feed; a client that receives it reports ServerRequiresSecure.</summary>
    public const string RequiresTls = "This server accepts only TLS connections. Connect with an invite, or with -Secure.";

    public static void SendRequiresTls(TransportConnection connection)
    {
        var line = Encoding.ASCII.GetBytes(RequiresTls + "\n");
        try
        {
            // The line fits into the empty buffer of a new connection.
            connection.Send(line, 0, line.Length);
            connection.ShutdownSend();
        }
        catch (ConnectionLostException)
        {
            // The client is gone already.
        }
    }
}
