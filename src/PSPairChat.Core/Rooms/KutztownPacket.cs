using System;
using System.Globalization;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Xml;
using PSPairChat.Dialects;

namespace PSPairChat.Rooms;

/// <summary>
/// A packet of the Kutztown CSC 328 chat programs: a two-byte big-endian length and the JSON object <c>{"msg": "..", "nick": "..", "proto": ".."}</c>.
/// </summary>
/// <param name="Message">The text.</param>
/// <param name="Nickname">The nickname of the sender.</param>
/// <param name="Proto">The kind of packet: connect, verify, ready, retry, broadcast, goodbye or shutdown.</param>
internal readonly record struct KutztownPacket(string Message, string Nickname, string Proto)
{
    /// <summary>The number of bytes before the JSON.</summary>
    public const int HeaderBytes = 2;

    /// <summary>The number of characters of the escape sequence of a UTF-16 code unit.</summary>
    public const int EscapeLength = 6;

    private const int MaxBytes = ushort.MaxValue;

    /// <summary>Gets the number of bytes that a text has in a packet.</summary>
    public static int GetEncodedLength(string text)
    {
        var length = 0;
        foreach (var c in text)
            length += c is '"' or '\\' ? 2 : IsPlain(c) ? 1 : EscapeLength;
        return length;
    }

    /// <summary>Encodes the packet in ASCII, so that it is valid in whatever encoding the peer uses.</summary>
    /// <exception cref="ChatException">MessageTooLong.</exception>
    public byte[] Encode()
    {
        var json = new StringBuilder(64 + Message.Length);
        Append(json.Append("{\"msg\": "), Message);
        Append(json.Append(", \"nick\": "), Nickname);
        Append(json.Append(", \"proto\": "), Proto);
        json.Append('}');
        if (json.Length > MaxBytes)
            throw new ChatException(ChatErrorReason.MessageTooLong, $"The message needs a packet of {json.Length} bytes, but the maximum is {MaxBytes}.") { OptionName = nameof(ChatOptions.Dialect) };
        var bytes = new byte[HeaderBytes + json.Length];
        Encoding.ASCII.GetBytes(json.ToString(), 0, json.Length, bytes, HeaderBytes);
        LengthFieldCodec.TryWrite(ChatLengthPrefix.BigEndian16, ChatEncoding.Utf8, bytes, HeaderBytes, bytes.Length);
        return bytes;
    }

    /// <summary>Decodes the JSON of a packet.</summary>
    /// <exception cref="FormatException">The JSON is not valid, or one of the three properties is missing.</exception>
    public static KutztownPacket Decode(ArraySegment<byte> json)
    {
        string? message = null, nickname = null, proto = null;
        try
        {
            using var reader = JsonReaderWriterFactory.CreateJsonReader(json.Array!, json.Offset, json.Count, XmlDictionaryReaderQuotas.Max);
            reader.MoveToContent();
            reader.ReadStartElement("root");
            while (reader.NodeType == XmlNodeType.Element)
            {
                switch (reader.LocalName)
                {
                    case "msg":
                        message = reader.ReadElementContentAsString();
                        break;
                    case "nick":
                        nickname = reader.ReadElementContentAsString();
                        break;
                    case "proto":
                        proto = reader.ReadElementContentAsString();
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }
        }
        catch (Exception e) when (e is XmlException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("The packet is not a valid Kutztown packet: " + e.Message, e);
        }
        return message is not null && nickname is not null && proto is not null
            ? new KutztownPacket(message, nickname, proto)
            : throw new FormatException("The packet is not a valid Kutztown packet: msg, nick or proto is missing.");
    }

    private static bool IsPlain(char c) => c is >= ' ' and <= '~';

    private static void Append(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                json.Append('\\').Append(c);
            else if (IsPlain(c))
                json.Append(c);
            else
                json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }
        json.Append('"');
    }
}
