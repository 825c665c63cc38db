using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Net;
using System.Numerics;
using PSPairChat.Messages;

namespace PSPairChat.Cmdlets;

/// <summary>
/// Converts objects to and from the JSON of a message. The result is the same in every version of PowerShell. No type of the peer is created: received data
/// consists of strings, numbers, Boolean values, arrays, and objects of the type PSCustomObject.
/// </summary>
internal static class JsonData
{
    /// <summary>Sets the data of a message from its text.</summary>
    /// <returns>Always true, so that the method can be a condition for messages: a message that is not valid is not received.</returns>
    /// <exception cref="ChatException">JsonInvalid.</exception>
    public static bool Read(ChatMessage message)
    {
        try
        {
            message.Data = ToPowerShell(JsonReader.Read(message.Text));
            return true;
        }
        catch (Exception e) when (e is ChatException or ExtendedTypeSystemException)
        {
            // PowerShell reserves some names of properties.
            throw new ChatException(ChatErrorReason.JsonInvalid, $"{e.Message} The message of {DisplayText.Sanitize(message.From)} remains unread.", e);
        }
    }

    /// <summary>Converts an object to a line of JSON.</summary>
    /// <param name="value">The object.</param>
    /// <param name="depth">The number of levels of objects and arrays in the object.</param>
    /// <exception cref="ChatException">JsonInvalid.</exception>
    public static string Write(object? value, int depth) => JsonWriter.Write(FromPowerShell(value, depth, ""));

    private static object? ToPowerShell(object? value)
    {
        switch (value)
        {
            case object?[] items:
                return Array.ConvertAll(items, ToPowerShell);
            case IReadOnlyList<KeyValuePair<string, object?>> properties:
                var result = new PSObject();
                foreach (var property in properties)
                    result.Properties.Add(new PSNoteProperty(property.Key, ToPowerShell(property.Value)));
                return result;
            default:
                return value;
        }
    }

    private static object? FromPowerShell(object? value, int depth, string path)
    {
        var plain = value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value;
        return plain switch
        {
            null or bool or string or byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal or BigInteger
                or DateTime or DateTimeOffset => plain,
            SwitchParameter present => present.IsPresent,
            char or Guid or TimeSpan or Uri or Version or IPAddress or Type or ScriptBlock or Enum => plain.ToString(),
            DBNull => null,
            _ when depth < 0 => throw new ChatException(ChatErrorReason.JsonInvalid, $"The value of {Describe(path)} is nested deeper than the limit."),
            IDictionary dictionary => FromProperties(
                from key in dictionary.Keys.Cast<object>()
                select new KeyValuePair<string, Func<object?>>(LanguagePrimitives.ConvertTo<string>(key), () => dictionary[key]), depth, path),
            IEnumerable items => items.Cast<object?>().Select((item, i) => FromPowerShell(item, depth - 1, $"{path}[{i}]")).ToArray(),
            _ => FromProperties(
                from property in PSObject.AsPSObject(value!).Properties
                where property.IsGettable && (property is PSProperty or PSNoteProperty || property.IsInstance)
                select new KeyValuePair<string, Func<object?>>(property.Name, () => property.Value), depth, path),
        };
    }

    private static List<KeyValuePair<string, object?>> FromProperties(IEnumerable<KeyValuePair<string, Func<object?>>> properties, int depth, string path)
    {
        var result = new List<KeyValuePair<string, object?>>();
        var keys = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "" };
        foreach (var property in properties)
        {
            var name = $"{path}.{property.Key}";
            if (!keys.Add(property.Key))
                throw new ChatException(ChatErrorReason.JsonInvalid, $"The key of {Describe(name)} is empty, or differs from another one only in case.");
            object? value;
            try
            {
                value = property.Value();
            }
            catch (RuntimeException e)
            {
                throw new ChatException(ChatErrorReason.JsonInvalid, $"Failed to read {Describe(name)}: {e.Message}", e);
            }
            result.Add(new KeyValuePair<string, object?>(property.Key, FromPowerShell(value, depth - 1, name)));
        }
        return result;
    }

    private static string Describe(string path) => path.Length == 0 ? "the object" : $"'{path.TrimStart('.')}'";
}
