using System;
using System.Globalization;

namespace PSPairChat.Backplane;

/// <summary>The address of a Redis server: <c>redis://[[user]:password@]host[:port][/database]</c>, or <c>rediss://</c> for TLS.</summary>
internal sealed class RedisUri
{
    private const int DefaultPort = 6379;

    private RedisUri(bool isSecure, string host, int port, string? user, string? password, int database)
    {
        IsSecure = isSecure;
        Host = host;
        Port = port;
        User = user;
        Password = password;
        Database = database;
    }

    public bool IsSecure { get; }

    public string Host { get; }

    public int Port { get; }

    /// <summary>Gets the name of the user; null for the default user.</summary>
    public string? User { get; }

    public string? Password { get; }

    public int Database { get; }

    /// <summary>Parses a URL.</summary>
    /// <exception cref="ChatException">BackplaneInvalid. The message does not contain the password.</exception>
    public static RedisUri Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss"))
            throw CreateException("It must begin with redis:// or rediss://.");
        if (uri.Host.Length == 0 || uri.Port == 0)
            throw CreateException("It must contain a host, and a port from 1 through 65535 if any.");
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw CreateException("It must end after the number of the database.");
        var path = uri.AbsolutePath.Trim('/');
        var database = 0;
        if (path.Length > 0 && !int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database))
            throw CreateException("The database must be a number.");
        var separator = uri.UserInfo.IndexOf(':');
        if (uri.UserInfo.Length > 0 && separator < 0)
            throw CreateException("A colon must precede the password.");
        var user = separator > 0 ? Uri.UnescapeDataString(uri.UserInfo.Substring(0, separator)) : null;
        var password = separator >= 0 ? Uri.UnescapeDataString(uri.UserInfo.Substring(separator + 1)) : null;
        return new RedisUri(uri.Scheme == "rediss", uri.DnsSafeHost, uri.Port < 0 ? DefaultPort : uri.Port, user, password, database);
    }

    /// <summary>Returns the URL without user and password.</summary>
    public override string ToString() =>
        $"{(IsSecure ? "rediss" : "redis")}://{(Host.IndexOf(':') >= 0 ? $"[{Host}]" : Host)}:{Port}{(Database > 0 ? $"/{Database}" : "")}";

    private static ChatException CreateException(string rule) => new(ChatErrorReason.BackplaneInvalid, $"Invalid URL of a backplane. {rule}");
}
