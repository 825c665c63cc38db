using System;
using System.Collections.Generic;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace PSPairChat.Messages;

/// <summary>
/// Writes values as one line of JSON. All characters that are not ASCII are escaped, so that the line has as many bytes as characters and contains unpaired
/// surrogates exactly.
/// </summary>
internal static class JsonWriter
{
    private const string DateFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";

    /// <summary>Writes a value.</summary>
    /// <param name="value">
    /// null, a Boolean value, a number, a date, text, an array of values, or a list of keys and values. Dates have the same format in every version of .NET.
    /// </param>
    /// <exception cref="ChatException">JsonInvalid: JSON has no such value.</exception>
    public static string Write(object? value)
    {
        var json = new StringBuilder();
        Append(json, value);
        return json.ToString();
    }

    /// <summary>Writes a number with as few digits as are necessary to read the same number again.</summary>
    public static string Write(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        // The format R of .NET Framework is not exact for every number.
        if (double.Parse(text, CultureInfo.InvariantCulture) != number)
            text = number.ToString("G17", CultureInfo.InvariantCulture);
        return text.IndexOfAny(['.', 'E']) < 0 ? text + ".0" : text;
    }

    private static void Append(StringBuilder json, object? value)
    {
        switch (value)
        {
            case null:
                json.Append("null");
                break;
            case bool boolean:
                json.Append(boolean ? "true" : "false");
                break;
            case string text:
                AppendString(json, text);
                break;
            case DateTime date:
                AppendString(json, date.ToString(DateFormat, CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset date:
                AppendString(json, date.ToString(DateFormat, CultureInfo.InvariantCulture));
                break;
            case IReadOnlyList<KeyValuePair<string, object?>> properties:
                AppendObject(json, properties);
                break;
            case object?[] items:
                AppendArray(json, items);
                break;
            default:
                json.Append(FormatNumber(value));
                break;
        }
    }

    private static void AppendObject(StringBuilder json, IReadOnlyList<KeyValuePair<string, object?>> properties)
    {
        json.Append('{');
        for (var i = 0; i < properties.Count; i++)
        {
            if (i > 0)
                json.Append(',');
            AppendString(json, properties[i].Key);
            Append(json.Append(':'), properties[i].Value);
        }
        json.Append('}');
    }

    private static void AppendArray(StringBuilder json, object?[] items)
    {
        json.Append('[');
        for (var i = 0; i < items.Length; i++)
            Append(i > 0 ? json.Append(',') : json, items[i]);
        json.Append(']');
    }

    private static string FormatNumber(object value) => value switch
    {
        float.NaN or float.PositiveInfinity or float.NegativeInfinity or double.NaN or double.PositiveInfinity or double.NegativeInfinity =>
            throw new ChatException(ChatErrorReason.JsonInvalid, string.Format(CultureInfo.InvariantCulture, "JSON cannot represent the number {0}.", value)),
        // The nearest double of a float has more digits.
        float number => Write(double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
        double number => Write(number),
        byte or sbyte or short or ushort or int or uint or long or ulong or decimal or BigInteger => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A value of type {value.GetType()} cannot be written."),
    };

    private static void AppendString(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                json.Append('\\').Append(c);
            else if (c is < ' ' or > '~')
                json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                json.Append(c);
        }
        json.Append('"');
    }
}
