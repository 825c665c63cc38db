using System;
using System.Collections.Generic;

namespace PSPairChat;

/// <summary>How a script is run. Immutable: derive a changed one with <c>with</c>.</summary>
public sealed record ChatScriptOptions
{
    /// <summary>How long an expectation waits if nothing else is said.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The handle whose lines are said; null for the session's own.</summary>
    public string? Handle { get; init; }

    /// <summary>What is filled in for <c>{name}</c>; names do not differ by case.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>How long each expectation waits, at a server for its client as well; null for as long as it takes.</summary>
    public TimeSpan? Timeout { get; init; } = DefaultTimeout;

    /// <summary>How long the whole script may take; null for as long as it takes.</summary>
    public TimeSpan? TotalTimeout { get; init; }
}
