using System;
using System.Globalization;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Xml;

namespace PSPairChat.Transcripts;

/// <summary>Converts transcript entries to and from lines of JSON.</summary>
internal static class TranscriptJson
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>Converts an entry to a line, including the line feed.</summary>
    public static string Write(ChatTranscriptEntry entry)
    {
        var line = new StringBuilder(entry.Text.Length + 128);
        line.Append("{\"time\":\"").Append(entry.TimeUtc.ToString(TimeFormat, CultureInfo.InvariantCulture)).Append('"');
        if (entry.Sequence is { } sequence)
            line.Append(",\"sequence\":").Append(sequence.ToString(CultureInfo.InvariantCulture));
        if (entry.Notice is { } notice)
            line.Append(",\"notice\":\"").Append(notice).Append('"');
        else
            AppendString(line.Append(",\"from\":"), entry.From).Append(",\"isMine\":").Append(entry.IsMine ? "true" : "false");
        if (entry.To is { } to)
            AppendString(line.Append(",\"to\":"), to);
        if (entry.IsHistory)
            line.Append(",\"isPast\":true");
        return AppendString(line.Append(",\"text\":"), entry.Text).Append("}\n").ToString();
    }

    /// <summary>Converts a line to an entry; null if the line is not a complete entry.</summary>
    public static ChatTranscriptEntry? Read(string line)
    {
        // The JSON reader accepts an object without its closing brace.
        if (!line.EndsWith("}", StringComparison.Ordinal))
            return null;
        DateTime? time = null;
        long? sequence = null;
        string? from = null, to = null, text = null;
        bool isMine = false, isHistory = false;
        ChatNoticeKind? notice = null;
        try
        {
            using var reader = JsonReaderWriterFactory.CreateJsonReader(Encoding.UTF8.GetBytes(line), XmlDictionaryReaderQuotas.Max);
            reader.ReadStartElement("root");
            while (reader.NodeType == XmlNodeType.Element)
            {
                var name = reader.LocalName;
                var value = reader.ReadElementContentAsString();
                switch (name)
                {
                    case "time":
                        time = DateTime.ParseExact(
                            value, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
                        break;
                    case "sequence":
                        sequence = long.Parse(value, CultureInfo.InvariantCulture);
                        break;
                    case "from":
                        from = value;
                        break;
                    case "isMine":
                        isMine = value == "true";
                        break;
                    case "to":
                        to = value;
                        break;
                    case "isPast":
                        isHistory = value == "true";
                        break;
                    case "notice":
                        notice = (ChatNoticeKind)Enum.Parse(typeof(ChatNoticeKind), value);
                        break;
                    case "text":
                        text = value;
                        break;
                }
            }
            reader.ReadEndElement();
        }
        catch (Exception e) when (e is XmlException or FormatException or ArgumentException or OverflowException or InvalidOperationException)
        {
            return null;
        }
        return time is { } timeUtc && text is not null && (from is not null || notice is not null)
            ? new ChatTranscriptEntry(timeUtc, sequence, from ?? "", text, isMine, notice) { To = to, IsHistory = isHistory }
            : null;
    }

    private static StringBuilder AppendString(StringBuilder line, string text)
    {
        line.Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                line.Append('\\').Append(c);
            else if (c < ' ' || c is >= '\u007F' and <= '\u009F' or '\u2028' or '\u2029' or '\uFFFE' or '\uFFFF')
                line.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                line.Append(c);
        }
        return line.Append('"');
    }
}
