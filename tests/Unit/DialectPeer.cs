using System;
using System.Collections.Generic;
using PSPairChat.Dialects;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Feeds a reader as a link does.</summary>
internal static class DialectPeer
{
    public static void Feed(DialectReader reader, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var room = reader.Room();
            Assert.True(room.Count > 0);
            var count = Math.Min(room.Count, bytes.Length);
            bytes[..count].CopyTo(room);
            reader.Received(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>The line is quiet for a while; only who waits for that is told.</summary>
    public static void Pause(DialectReader reader)
    {
        if (reader.AwaitsQuiet)
            reader.Quiet();
    }

    public static List<string> Read(DialectReader reader)
    {
        var read = new List<string>();
        while (reader.TryRead(out var item))
        {
            switch (item.Kind)
            {
                case DialectItemKind.Message:
                    read.Add(item.Text);
                    break;
                case DialectItemKind.Opened:
                    read.Add("OPEN:" + item.Text);
                    break;
                case DialectItemKind.Quit:
                    read.Add("QUIT");
                    return read;
                case DialectItemKind.TooLong:
                    read.Add("TOO LONG");
                    return read;
            }
        }
        return read;
    }
}
