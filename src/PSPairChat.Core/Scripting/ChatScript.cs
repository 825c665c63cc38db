using System.Collections.Generic;
using PSPairChat.Scripting;

namespace PSPairChat;

/// <summary>
/// A conversation as a script, which drives either end of it: the lines of one's own handle are said, the others' are expected.
/// </summary>
/// <remarks>
/// One line is one message, <c>Chris> order 12 bolts</c>; empty lines and lines that begin with <c>#</c> are passed over. A line is literal but for:
/// <list type="bullet">
/// <item><c>*</c>, <c>?</c> and <c>[a-z]</c>: wildcards as in -like in a line that is expected, plain characters in one that is said;</item>
/// <item><c>/.../</c>, the whole text: a regular expression as in -match, whose named groups can be used below; <c>\/</c> is a slash in it;</item>
/// <item><c>{name}</c>: a variable, or what was captured above;</item>
/// <item><c>\quit</c>, the whole text: the end of the conversation;</item>
/// <item><c> -> label</c> at the end: where to go on, a line <c>:label</c> further below;</item>
/// <item><c> | HostA> ...</c>: another way in which the line can go; said, it is the first;</item>
/// <item>four spaces behind a wildcard, a regular expression or a label: the rest is a remark;</item>
/// <item>a backtick: the character behind it is meant as it stands; <c>`u{1b}</c> is the one with that number.</item>
/// </list>
/// Spaces at the end of a line do not count.
/// </remarks>
public sealed class ChatScript
{
    private readonly IReadOnlyDictionary<string, int> _labels;

    internal ChatScript(IReadOnlyList<ChatScriptStep> steps, IReadOnlyDictionary<string, int> labels)
    {
        Steps = steps;
        _labels = labels;
    }

    /// <summary>What is to be said and expected, from the top.</summary>
    public IReadOnlyList<ChatScriptStep> Steps { get; }

    /// <summary>Reads a script.</summary>
    /// <param name="text">The lines of the file.</param>
    /// <exception cref="ChatException">ScriptInvalid; its message begins with the line and the column.</exception>
    public static ChatScript Parse(string text)
    {
        var builder = new ScriptBuilder();
        builder.AddLines(text);
        return builder.Build();
    }

    /// <summary>The index of the step at a label that stands below a step; null where none does.</summary>
    internal int? FindLabel(string label, int below) => _labels.TryGetValue(label, out var index) && index > below ? index : null;
}
