using System.Security.Cryptography;
using System.Text;

namespace PSPairChat.Security;

/// <summary>
/// The proofs that both ends of a session give when it is resumed: HMAC-SHA256 under the secret of the session over a label, the certificate of the server, and
/// the number of bytes that the end has received.
/// </summary>
internal static class ResumeProof
{
    private const int CountBytes = 8;

    private static readonly byte[] ClientLabel = Encoding.ASCII.GetBytes("pairchat resume 1 client");
    private static readonly byte[] ServerLabel = Encoding.ASCII.GetBytes("pairchat resume 1 server");

    public static byte[] ComputeClient(byte[] secret, byte[] certificate, long received) => Compute(secret, ClientLabel, certificate, received);

    public static byte[] ComputeServer(byte[] secret, byte[] certificate, long received) => Compute(secret, ServerLabel, certificate, received);

    private static byte[] Compute(byte[] secret, byte[] label, byte[] certificate, long received)
    {
        var count = new byte[CountBytes];
        for (var i = 0; i < CountBytes; i++)
            count[i] = (byte)(received >> 8 * (CountBytes - 1 - i));
        using var hmac = new HMACSHA256(secret);
        hmac.TransformBlock(label, 0, label.Length, null, 0);
        hmac.TransformBlock(certificate, 0, certificate.Length, null, 0);
        hmac.TransformFinalBlock(count, 0, count.Length);
        return hmac.Hash!;
    }
}
