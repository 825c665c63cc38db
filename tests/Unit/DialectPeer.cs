using System;
using System.Collections.Generic;
using PSPairChat.Dialects;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Feeds a decoder as a connection does.</summary>
internal static class DialectPeer
{
    public static void Feed(DialectDecoder decoder, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var space = decoder.GetBuffer();
            Assert.True(space.Count > 0);
            var count = Math.Min(space.Count, bytes.Length);
            bytes[..count].CopyTo(space);
            decoder.Advance(count);
            bytes = bytes[count..];
        }
    }

    public static void Feed(ReceiveBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var space = buffer.GetBuffer();
            var count = Math.Min(space.Count, bytes.Length);
            bytes[..count].CopyTo(space);
            buffer.Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Simulates the idle timeout, which is measured only while the decoder needs it.</summary>
    public static void Pause(DialectDecoder decoder)
    {
        if (decoder.NeedsIdle)
            decoder.OnIdle();
    }

    /// <summary>Reads messages as they are, a greeting as <c>GREETING:text</c> and a quit command as <c>QUIT</c>.</summary>
    public static List<string> Read(DialectDecoder decoder)
    {
        var read = new List<string>();
        while (decoder.TryRead(out var item))
        {
            switch (item.Kind)
            {
                case DialectItemKind.Message:
                    read.Add(item.Text);
                    break;
                case DialectItemKind.GreetingReceived:
                    read.Add("GREETING:" + item.Text);
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
