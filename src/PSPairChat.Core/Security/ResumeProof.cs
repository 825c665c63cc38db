using System.Text;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>
/// The proofs that both ends of a session give when it is resumed: HMAC-SHA256 under the secret of the session over a label, the certificate of the server, and
/// the number of bytes that the end has received.
/// </summary>
internal static class ResumeProof
{
    private static readonly byte[] ClientLabel = Encoding.ASCII.GetBytes("pairchat resume 1 client");
    private static readonly byte[] ServerLabel = Encoding.ASCII.GetBytes("pairchat resume 1 server");

    public static byte[] ComputeClient(byte[] secret, byte[] certificate, long received) => Compute(secret, ClientLabel, certificate, received);

    public static byte[] ComputeServer(byte[] secret, byte[] certificate, long received) => Compute(secret, ServerLabel, certificate, received);

    private static byte[] Compute(byte[] secret, byte[] label, byte[] certificate, long received)
    {
        var count = new byte[ResumeRecord.CountBytes];
        ResumeRecord.WriteCount(count, 0, received);
        return HandshakeProof.Compute(secret, label, certificate, count);
    }
}
