using System;
using System.Collections.Generic;
using PSPairChat.Dialects;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Feeds a decoder as a connection does.</summary>
internal static class DialectPeer
{
    public static void Feed(DialectDecoder reader, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var room = reader.GetBuffer();
            Assert.True(room.Count > 0);
            var count = Math.Min(room.Count, bytes.Length);
            bytes[..count].CopyTo(room);
            reader.Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Simulates a pause, if the decoder waits for one.</summary>
    public static void Pause(DialectDecoder reader)
    {
        if (reader.NeedsIdle)
            reader.OnIdle();
    }

    public static List<string> Read(DialectDecoder reader)
    {
        var read = new List<string>();
        while (reader.TryRead(out var item))
        {
            switch (item.Kind)
            {
                case DialectItemKind.Message:
                    read.Add(item.Text);
                    break;
                case DialectItemKind.GreetingReceived:
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
