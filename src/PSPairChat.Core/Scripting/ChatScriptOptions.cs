using System;
using System.Collections.Generic;

namespace PSPairChat;

/// <summary>Specifies how a script runs. Immutable.</summary>
public sealed record ChatScriptOptions
{
    /// <summary>The default value of <see cref="Timeout"/>: 30 seconds.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Gets the handle whose lines are sent; null for the handle of the session.</summary>
    public string? Handle { get; init; }

    /// <summary>Gets the values that replace <c>{name}</c>. Names are not case-sensitive.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets how long the script waits for each message, and a server for a client; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; } = DefaultTimeout;

    /// <summary>Gets how long the whole script can take; null for no limit.</summary>
    public TimeSpan? TotalTimeout { get; init; }
}
