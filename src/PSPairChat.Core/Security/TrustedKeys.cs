using System;
using System.Collections.Generic;
using System.Globalization;

namespace PSPairChat.Security;

/// <summary>The keys of the clients that this user's servers let in without an invite: lines of <c>sha256:BASE64 NAME DATE</c>.</summary>
/// <param name="file">The file.</param>
internal sealed class TrustedKeys(LockedLineFile file)
{
    private const string DateFormat = "yyyy-MM-dd";

    public IReadOnlyList<ChatTrustedKey> GetKeys()
    {
        var keys = new List<ChatTrustedKey>();
        foreach (var line in file.ReadLines())
        {
            if (TryParse(line) is { } key)
                keys.Add(key);
        }
        return keys;
    }

    public bool Contains(KeyFingerprint fingerprint)
    {
        foreach (var key in GetKeys())
        {
            if (fingerprint.Equals(KeyFingerprint.TryParse(key.Fingerprint)))
                return true;
        }
        return false;
    }

    /// <summary>Adds a key, unless it is there.</summary>
    public void Add(KeyFingerprint fingerprint, string name) => file.Update(lines =>
    {
        if (!lines.Exists(line => fingerprint.ToString() == TryParse(line)?.Fingerprint))
            lines.Add(string.Format(CultureInfo.InvariantCulture, "{0} {1} {2}", fingerprint, name, DateTime.UtcNow.ToString(DateFormat, CultureInfo.InvariantCulture)));
    });

    /// <summary>Removes a key.</summary>
    /// <returns>true if it was there; otherwise, false.</returns>
    public bool Remove(KeyFingerprint fingerprint)
    {
        var removed = 0;
        file.Update(lines => removed = lines.RemoveAll(line => fingerprint.ToString() == TryParse(line)?.Fingerprint));
        return removed > 0;
    }

    private static ChatTrustedKey? TryParse(string line)
    {
        var fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 3 || KeyFingerprint.TryParse(fields[0]) is not { } fingerprint)
            return null;
        return DateTime.TryParseExact(fields[2], DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? new ChatTrustedKey(fingerprint.ToString(), fields[1], date)
            : null;
    }
}
