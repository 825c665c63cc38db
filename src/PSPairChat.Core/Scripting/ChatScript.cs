using System.Collections.Generic;
using System.IO;
using PSPairChat.Scripting;

namespace PSPairChat;

/// <summary>
/// Represents a script for a conversation. It can run on either side: the lines of the own handle are sent, the lines of other handles are expected.
/// </summary>
/// <remarks>
/// Each line is one message, such as <c>Chris> order 12 bolts</c>. Empty lines and lines that begin with <c>#</c> are ignored. The text is literal except for:
/// <list type="bullet">
/// <item><c>*</c>, <c>?</c> and <c>[a-z]</c>: wildcards as in -like if the line is expected; literal characters if it is sent.</item>
/// <item><c>/.../</c> as the whole text: a regular expression as in -match. Later lines can use its named groups. A slash in it is written <c>\/</c>.</item>
/// <item><c>{name}</c>: the value of a variable or of a named group in an earlier line.</item>
/// <item><c>\quit</c> as the whole text: the end of the conversation.</item>
/// <item><c> -> label</c> at the end: continues at the line <c>:label</c>, which must be a later line.</item>
/// <item><c> | HostA> ...</c>: another branch of the line. If the line is sent, the first branch is used.</item>
/// <item>Four spaces after a wildcard, a regular expression or a label: begins a comment.</item>
/// <item>A backtick: makes the next character literal. <c>`u{1b}</c> is the character with that hexadecimal number.</item>
/// </list>
/// Spaces at the end of a line are ignored. A script has at most 1,048,576 characters, a line 65,536, and a regular expression 1,000.
/// </remarks>
public sealed class ChatScript
{
    private readonly IReadOnlyDictionary<string, int> _labels;

    internal ChatScript(IReadOnlyList<ChatScriptStep> steps, IReadOnlyDictionary<string, int> labels)
    {
        Steps = steps;
        _labels = labels;
    }

    /// <summary>Gets the steps of the script in their order.</summary>
    public IReadOnlyList<ChatScriptStep> Steps { get; }

    /// <summary>Gets the path of the file from which the script was read; null if it was not.</summary>
    public string? FilePath { get; private set; }

    /// <summary>Gets the name of the file without its extension; null if the script was not read from a file.</summary>
    public string? Name => Path.GetFileNameWithoutExtension(FilePath);

    /// <summary>Reads a script from a file in UTF-8, or in UTF-16 with a byte order mark.</summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="ChatException">ScriptInvalid: the message begins with line and column of the error.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="System.UnauthorizedAccessException">The file cannot be read.</exception>
    public static ChatScript Load(string path)
    {
        var script = Parse(ScriptFile.Read(path));
        script.FilePath = path;
        return script;
    }

    /// <summary>Parses a script.</summary>
    /// <param name="text">The lines of the script.</param>
    /// <exception cref="ChatException">ScriptInvalid: the message begins with line and column of the error.</exception>
    public static ChatScript Parse(string text)
    {
        var builder = new ScriptBuilder();
        builder.AddLines(text);
        return builder.Build();
    }

    /// <summary>Gets the index of the step at a label; null if no label of this name follows the step.</summary>
    /// <param name="label">The name of the label.</param>
    /// <param name="step">The index of the step that the label must follow.</param>
    internal int? FindLabel(string label, int step) => _labels.TryGetValue(label, out var index) && index > step ? index : null;
}
