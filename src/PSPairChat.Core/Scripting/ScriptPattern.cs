using System.Collections.Generic;

namespace PSPairChat.Scripting;

/// <summary>The text of a script line: what one side sends and what the other side expects.</summary>
internal abstract class ScriptPattern
{
    public static readonly IReadOnlyDictionary<string, string> NoCaptures = new Dictionary<string, string>();

    /// <summary>Gets the placeholders that must have a value before the pattern can be sent or expected.</summary>
    public abstract IEnumerable<Placeholder> Placeholders { get; }

    /// <summary>Gets the names of the variables that a match sets.</summary>
    public abstract IEnumerable<string> Captures { get; }

    /// <summary>Creates the text to send. It always matches the pattern.</summary>
    /// <exception cref="ChatException">ScriptInvalid: a placeholder has no value, or no text can be created.</exception>
    public abstract string Expand(VariableScope variables);

    /// <summary>Compares a message with the pattern.</summary>
    /// <returns>The captures; null if the message does not match.</returns>
    /// <exception cref="ChatException">ScriptInvalid: a placeholder has no value. ExpectationFailed: matching takes too long.</exception>
    public abstract IReadOnlyDictionary<string, string>? Match(string text, VariableScope variables);
}
