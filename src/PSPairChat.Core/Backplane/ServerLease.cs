using System.Collections.Generic;
using System.Globalization;
using PSPairChat.Messages;

namespace PSPairChat.Backplane;

/// <summary>The value of a server's lease: a number that each renewal increments, the name of the server, the handle of its host, and reserved keys of nicknames.</summary>
/// <param name="name">The name of the server.</param>
/// <param name="host">The handle of the host.</param>
/// <param name="alsoReserved">Another handle that no member can have.</param>
internal sealed class ServerLease(string name, string host, string alsoReserved)
{
    private long _number;

    /// <summary>Gets the keys of the reserved nicknames, each followed by the nickname.</summary>
    public List<string> Reserved { get; } = GetReserved(host, alsoReserved);

    /// <summary>Gets the value of the last renewal.</summary>
    public string Value { get; private set; } = "";

    /// <summary>Returns the value for the next renewal.</summary>
    public string Renew()
    {
        _number++;
        Value = $"{_number.ToString(CultureInfo.InvariantCulture)}\n{name}\n{host}";
        for (var i = 0; i < Reserved.Count; i += 2)
            Value += "\n" + Reserved[i];
        return Value;
    }

    /// <summary>Gets the name of the server from the value of a lease.</summary>
    public static string GetName(string value) => GetLine(value, 1);

    /// <summary>Gets the handle of the host from the value of a lease.</summary>
    public static string GetHost(string value) => GetLine(value, 2);

    private static string GetLine(string value, int index) => value.Split('\n') is var lines && index < lines.Length ? DisplayText.Sanitize(lines[index]) : "";

    private static List<string> GetReserved(params string[] handles)
    {
        var reserved = new List<string>();
        foreach (var handle in handles)
        {
            foreach (var key in Confusables.GetKeys(handle))
            {
                reserved.Add(key);
                reserved.Add(handle);
            }
        }
        return reserved;
    }
}
