using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using PSPairChat.Scripting;

namespace PSPairChat;

/// <summary>Represents a line of a script that is sent or expected.</summary>
public sealed class ChatScriptStep
{
    internal ChatScriptStep(int line, string text, bool? isOwn, IReadOnlyList<ScriptBranch> branches)
    {
        Line = line;
        Text = text;
        IsOwn = isOwn;
        Branches = branches;
    }

    /// <summary>Gets the line number, from 1.</summary>
    public int Line { get; }

    /// <summary>Gets the line as it is written in the script.</summary>
    public string Text { get; }

    /// <summary>Gets whether the line is sent; null if it depends on the handle of the speaker.</summary>
    internal bool? IsOwn { get; }

    internal IReadOnlyList<ScriptBranch> Branches { get; }

    /// <summary>Gets how long to wait for the message; null for the timeout of the script.</summary>
    internal TimeSpan? Timeout { get; init; }

    /// <summary>Gets a function that selects from message and captures the label at which the script continues; its result is null for the next step.</summary>
    internal Func<ChatMessage?, IReadOnlyDictionary<string, string>, string?>? LabelSelector { get; init; }

    /// <summary>Gets what is sent or expected, as it is written in the script, without speakers.</summary>
    internal string Source => string.Join(" | ", Branches.Select(b => b.Source));

    internal bool IsQuit => Branches.All(b => b.IsQuit);

    /// <inheritdoc/>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "{0}: {1}", Line, DisplayText.Sanitize(Text));
}
