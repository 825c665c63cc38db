using System;
using System.Globalization;

namespace PSPairChat.Security;

/// <summary>The keys of the servers that the user has accepted: lines of <c>[host]:port sha256:BASE64 DATE</c>.</summary>
/// <param name="file">The file.</param>
internal sealed class KnownHosts(LockedLineFile file)
{
    public string Path => file.Path;

    /// <summary>Finds the key of a server.</summary>
    /// <param name="hostName">The name or address that the user gave.</param>
    /// <param name="port">The port.</param>
    /// <param name="line">The number of the line, from 1.</param>
    /// <returns>The fingerprint; null if the server is not known.</returns>
    public KeyFingerprint? Find(string hostName, int port, out int line)
    {
        var lines = file.ReadLines();
        var key = FormatHost(hostName, port);
        for (var i = 0; i < lines.Length; i++)
        {
            var fields = lines[i].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 2 || !string.Equals(fields[0], key, StringComparison.OrdinalIgnoreCase) || KeyFingerprint.TryParse(fields[1]) is not { } fingerprint)
                continue;
            line = i + 1;
            return fingerprint;
        }
        line = 0;
        return null;
    }

    /// <summary>Records the key of a server in place of any other.</summary>
    public void Set(string hostName, int port, KeyFingerprint fingerprint) => file.Update(lines =>
    {
        var host = FormatHost(hostName, port);
        lines.RemoveAll(line => line.StartsWith(host + " ", StringComparison.OrdinalIgnoreCase));
        lines.Add(string.Format(
            CultureInfo.InvariantCulture, "{0} {1} {2:yyyy-MM-dd}", host, "sha256" + fingerprint.ToString().Substring("SHA256".Length), DateTime.UtcNow));
    });

    private static string FormatHost(string hostName, int port) => string.Format(CultureInfo.InvariantCulture, "[{0}]:{1}", hostName, port);
}
