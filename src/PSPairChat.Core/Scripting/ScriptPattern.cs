using System.Collections.Generic;

namespace PSPairChat.Scripting;

/// <summary>What stands behind a speaker in a script: what one end says, and what the other expects.</summary>
internal abstract class ScriptPattern
{
    public static readonly IReadOnlyDictionary<string, string> NoCaptures = new Dictionary<string, string>();

    /// <summary>The names that have to have a value before it can be said or expected.</summary>
    public abstract IEnumerable<Placeholder> Placeholders { get; }

    /// <summary>The names to which a match gives a value.</summary>
    public abstract IEnumerable<string> Captures { get; }

    /// <summary>What is said when the line is one's own. What is said matches, always.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public abstract string Expand(VariableScope values);

    /// <summary>Compares a message as a whole; gives what it captures, or null where it does not match.</summary>
    /// <exception cref="ChatException">ScriptInvalid, or ExpectationFailed when matching takes too long.</exception>
    public abstract IReadOnlyDictionary<string, string>? Match(string text, VariableScope values);
}
