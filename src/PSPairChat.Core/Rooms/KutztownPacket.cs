using System;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Xml;
using PSPairChat.Dialects;

namespace PSPairChat.Rooms;

/// <summary>
/// A packet of the chat programs of Kutztown's CSC 328: two bytes of length, the higher first, and JSON, <c>{"msg": "..", "nick": "..", "proto": ".."}</c>.
/// </summary>
/// <param name="Message">What is said.</param>
/// <param name="Nickname">Who says it.</param>
/// <param name="Proto">What it is for: connect, verify, ready, retry, broadcast, goodbye or shutdown.</param>
internal readonly record struct KutztownPacket(string Message, string Nickname, string Proto)
{
    /// <summary>The bytes before the JSON.</summary>
    public const int HeaderBytes = 2;

    private const int MaxBytes = ushort.MaxValue;

    /// <summary>The packet's bytes. All of ASCII: nobody needs to know our encoding.</summary>
    public byte[] Encode()
    {
        var json = new StringBuilder(64 + Message.Length);
        Append(json.Append("{\"msg\": "), Message);
        Append(json.Append(", \"nick\": "), Nickname);
        Append(json.Append(", \"proto\": "), Proto);
        json.Append('}');
        if (json.Length > MaxBytes)
            throw new ChatException(ChatErrorReason.MessageTooLong, $"The message needs {json.Length} bytes in a packet; {MaxBytes} are allowed.");
        var bytes = new byte[HeaderBytes + json.Length];
        Encoding.ASCII.GetBytes(json.ToString(), 0, json.Length, bytes, HeaderBytes);
        LengthFieldCodec.TryWrite(ChatLengthPrefix.BigEndian16, ChatEncoding.Utf8, bytes, HeaderBytes, bytes.Length);
        return bytes;
    }

    /// <summary>Reads the JSON of a packet.</summary>
    /// <exception cref="FormatException">It is not an object with the three texts.</exception>
    public static KutztownPacket Decode(ArraySegment<byte> json)
    {
        string? message = null, nickname = null, step = null;
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
                        step = reader.ReadElementContentAsString();
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }
        }
        catch (Exception e) when (e is XmlException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("The packet is not what the course's programs send: " + e.Message, e);
        }
        return message is not null && nickname is not null && step is not null
            ? new KutztownPacket(message, nickname, step)
            : throw new FormatException("The packet lacks msg, nick or proto.");
    }

    private static void Append(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                json.Append('\\').Append(c);
            else if (c is >= ' ' and <= '~')
                json.Append(c);
            else
                json.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
        }
        json.Append('"');
    }
}
