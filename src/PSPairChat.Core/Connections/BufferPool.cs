using System.Collections.Concurrent;

namespace PSPairChat.Connections;

/// <summary>Buffers that connections use for a moment, so that idle ones hold none.</summary>
internal static class BufferPool
{
    /// <summary>The number of bytes of a buffer: those of one TLS record.</summary>
    public const int BufferBytes = 16384;

    private static readonly ConcurrentBag<byte[]> Buffers = [];

    public static byte[] Rent() => Buffers.TryTake(out var buffer) ? buffer : new byte[BufferBytes];

    public static void Return(byte[] buffer) => Buffers.Add(buffer);
}
