using System.Security.Cryptography;

namespace PSPairChat.Security;

/// <summary>Creates cryptographically strong random bytes.</summary>
internal static class RandomBytes
{
    public static byte[] Create(int count)
    {
        var bytes = new byte[count];
        using var random = RandomNumberGenerator.Create();
        random.GetBytes(bytes);
        return bytes;
    }
}
