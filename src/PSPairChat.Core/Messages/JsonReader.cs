using System;
using System.Collections.Generic;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace PSPairChat.Messages;

/// <summary>
/// Reads JSON as RFC 8259 defines it. Keys that are empty, or differ only in case, are invalid, because they cannot be properties of one object.
/// </summary>
internal sealed class JsonReader
{
    /// <summary>The maximum number of arrays and objects around a value. It protects the stack.</summary>
    public const int MaxDepth = 100;

    private const string Escapes = "\"\\/bfnrt";
    private const string EscapedCharacters = "\"\\/\b\f\n\r\t";

    private readonly string _text;
    private int _index;

    private JsonReader(string text) => _text = text;

    /// <summary>Reads a value.</summary>
    /// <returns>
    /// null, a Boolean value, text, an array of values, a list of keys and values, or a number: the first of Int64, BigInteger, Double and Decimal that represents
    /// it exactly, or the nearest Double.
    /// </returns>
    /// <exception cref="ChatException">JsonInvalid: the message contains the position of the error.</exception>
    public static object? Read(string text)
    {
        var reader = new JsonReader(text);
        var value = reader.ReadValue(0);
        reader.SkipWhitespace();
        return reader._index == text.Length ? value : throw reader.CreateException("nothing more");
    }

    private char Current => _index < _text.Length ? _text[_index] : '\0';

    private object? ReadValue(int depth)
    {
        SkipWhitespace();
        switch (Current)
        {
            case '{':
                return ReadObject(depth);
            case '[':
                return ReadArray(depth);
            case '"':
                return ReadString();
            case 't':
                return ReadLiteral("true", true);
            case 'f':
                return ReadLiteral("false", false);
            case 'n':
                return ReadLiteral("null", null);
            default:
                return ReadNumber();
        }
    }

    private List<KeyValuePair<string, object?>> ReadObject(int depth)
    {
        var properties = new List<KeyValuePair<string, object?>>();
        var keys = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "" };
        ReadItems('}', depth, () =>
        {
            SkipWhitespace();
            if (Current != '"')
                throw CreateException("a key");
            var start = _index;
            var key = ReadString();
            if (!keys.Add(key))
            {
                _index = start;
                throw CreateException("a key that is not empty and unique without regard to case");
            }
            SkipWhitespace();
            Read(':');
            properties.Add(new KeyValuePair<string, object?>(key, ReadValue(depth + 1)));
        });
        return properties;
    }

    private object?[] ReadArray(int depth)
    {
        var items = new List<object?>();
        ReadItems(']', depth, () => items.Add(ReadValue(depth + 1)));
        return [.. items];
    }

    private void ReadItems(char end, int depth, Action readItem)
    {
        if (depth > MaxDepth)
            throw CreateException($"a depth of at most {MaxDepth}");
        _index++;
        SkipWhitespace();
        if (Current != end)
        {
            readItem();
            for (SkipWhitespace(); Current == ','; SkipWhitespace())
            {
                _index++;
                readItem();
            }
        }
        Read(end);
    }

    private string ReadString()
    {
        var text = new StringBuilder();
        for (_index++; Current != '"'; _index++)
        {
            if (Current < ' ')
                throw CreateException("a character or the end of a string");
            text.Append(Current == '\\' ? ReadEscape() : Current);
        }
        _index++;
        return text.ToString();
    }

    // Ends at the last character of the escape sequence.
    private char ReadEscape()
    {
        _index++;
        if (Current == 'u' && _index + 4 < _text.Length
            && ushort.TryParse(_text.Substring(_index + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            _index += 4;
            return (char)code;
        }
        var escape = Escapes.IndexOf(Current);
        return escape >= 0 ? EscapedCharacters[escape] : throw CreateException("an escape sequence");
    }

    private object? ReadLiteral(string literal, object? value)
    {
        if (string.CompareOrdinal(_text, _index, literal, 0, literal.Length) != 0)
            throw CreateException("a value");
        _index += literal.Length;
        return value;
    }

    private object ReadNumber()
    {
        var start = _index;
        if (Current == '-')
            _index++;
        if (Current == '0')
            _index++;
        else
            ReadDigits();
        var isInteger = Current is not ('.' or 'e' or 'E');
        if (Current == '.')
        {
            _index++;
            ReadDigits();
        }
        if (Current is 'e' or 'E')
        {
            _index++;
            if (Current is '+' or '-')
                _index++;
            ReadDigits();
        }
        var text = _text.Substring(start, _index - start);
        if (!isInteger)
            return ParseFraction(text);
        return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? (object)number
            : BigInteger.Parse(text, CultureInfo.InvariantCulture);
    }

    private object ParseFraction(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || double.IsInfinity(number))
            throw CreateException("a number that Double can represent");
        return JsonWriter.Write(number) != text && decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var exact)
            && exact.ToString(CultureInfo.InvariantCulture) == text ? (object)exact : number;
    }

    private void ReadDigits()
    {
        if (Current is < '0' or > '9')
            throw CreateException("a value");
        while (Current is >= '0' and <= '9')
            _index++;
    }

    private void Read(char expected)
    {
        if (Current != expected)
            throw CreateException($"'{expected}'");
        _index++;
    }

    private void SkipWhitespace()
    {
        while (Current is ' ' or '\t' or '\n' or '\r')
            _index++;
    }

    private ChatException CreateException(string expected) => new(ChatErrorReason.JsonInvalid, $"Invalid JSON at character {_index + 1}: expected {expected}.");
}
