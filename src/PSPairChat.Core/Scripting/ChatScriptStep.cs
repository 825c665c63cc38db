using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using PSPairChat.Scripting;

namespace PSPairChat;

/// <summary>One line of a script: something to say or to expect.</summary>
public sealed class ChatScriptStep
{
    internal ChatScriptStep(int line, string text, bool? isOwn, IReadOnlyList<ScriptBranch> alternatives)
    {
        Line = line;
        Text = text;
        IsOwn = isOwn;
        Branches = alternatives;
    }

    /// <summary>The number of the line, from 1.</summary>
    public int Line { get; }

    /// <summary>The line as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether it is ours to say; null where the speaker's handle tells.</summary>
    internal bool? IsOwn { get; }

    internal IReadOnlyList<ScriptBranch> Branches { get; }

    /// <summary>How long to wait for it; null for as long as for every other.</summary>
    internal TimeSpan? Timeout { get; init; }

    /// <summary>Decides, once it has matched, at which label to go on; null from it is the next step.</summary>
    internal Func<ChatMessage?, IReadOnlyDictionary<string, string>, string?>? Then { get; init; }

    /// <summary>What is said or expected, as it was written, without the speaker.</summary>
    internal string Source => string.Join(" | ", Branches.Select(a => a.Source));

    internal bool IsQuit => Branches.All(a => a.IsQuit);

    /// <inheritdoc/>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "{0}: {1}", Line, DisplayText.Sanitize(Text));
}
