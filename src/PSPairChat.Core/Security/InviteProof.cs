using System.Text;

namespace PSPairChat.Security;

/// <summary>
/// The proofs that both ends of an invite give: HMAC-SHA256 under the invite's secret over a label and the server's certificate, so that a proof is
/// worth nothing at another server, or for the other end.
/// </summary>
internal static class InviteProof
{
    private static readonly byte[] ClientLabel = Encoding.ASCII.GetBytes("pairchat invite 1 client");
    private static readonly byte[] ServerLabel = Encoding.ASCII.GetBytes("pairchat invite 1 server");

    public static byte[] ComputeClient(byte[] secret, byte[] certificate) => HandshakeProof.Compute(secret, ClientLabel, certificate);

    public static byte[] ComputeServer(byte[] secret, byte[] certificate) => HandshakeProof.Compute(secret, ServerLabel, certificate);
}
