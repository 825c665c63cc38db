using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using PSPairChat.Scripting;

namespace PSPairChat;

/// <summary>Represents the result of a script.</summary>
public sealed class ChatScriptResult
{
    internal ChatScriptResult(ChatScriptStep? step, ChatException? error, string? expected, string? actual,
        IReadOnlyDictionary<string, string> captures, IReadOnlyList<ChatTranscriptEntry> transcript, TimeSpan duration)
    {
        Step = step;
        Error = error;
        Expected = expected;
        Actual = actual;
        Captures = captures;
        Transcript = transcript;
        Duration = duration;
    }

    /// <summary>Creates the result of a script that cannot run in the session.</summary>
    internal ChatScriptResult(ChatException error)
        : this(null, error, null, null, ScriptPattern.NoCaptures, [], TimeSpan.Zero)
    {
    }

    /// <summary>Gets the name of the script file without its extension; null if the script was not read from a file.</summary>
    public string? Name { get; internal init; }

    /// <summary>Gets whether every line was sent, or received as expected.</summary>
    public bool Succeeded => Error is null;

    /// <summary>Gets the step that failed, or the last step if the script succeeded.</summary>
    public ChatScriptStep? Step { get; }

    /// <summary>Gets what the failed step expects, as it is written in the script; null if no step failed or the failed step sends.</summary>
    public string? Expected { get; }

    /// <summary>Gets the exact text that was received instead; null if none was.</summary>
    public string? Actual { get; }

    /// <summary>Gets the values of the named groups of regular expressions.</summary>
    public IReadOnlyDictionary<string, string> Captures { get; }

    /// <summary>Gets the messages and quit commands of both sides. Converted to strings, they are a script that can run again.</summary>
    public IReadOnlyList<ChatTranscriptEntry> Transcript { get; }

    /// <summary>Gets how long the script took.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Gets the reason for the failure; null if the script succeeded.</summary>
    public ChatErrorReason? Reason => Error?.Reason;

    /// <summary>Gets the error that ended the script; null if it succeeded.</summary>
    public ChatException? Error { get; }

    /// <summary>Returns the messages, one on each line, and the result. <c>!</c> marks the failed line. The text is safe to display.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var failed = FindActual();
        for (var i = 0; i < Transcript.Count; i++)
            text.Append(i == failed ? "! " : "  ").AppendLine(Transcript[i].ToDisplayString());
        if (Error is null)
            return text.AppendFormat(CultureInfo.InvariantCulture, "Succeeded in {0:0.0##} s.", Duration.TotalSeconds).ToString();
        if (Actual is null && Step is not null)
            text.Append("! ").AppendLine(DisplayText.Sanitize(Step.Text.Trim()));
        text.AppendFormat(CultureInfo.InvariantCulture, "{0} after {1:0.0##} s: ", Reason, Duration.TotalSeconds);
        return text.Append(DisplayText.Sanitize(Error.Message)).ToString();
    }

    // Not always the last entry: in a room, messages of other members may follow.
    private int FindActual()
    {
        var index = Transcript.Count - 1;
        while (Actual is not null && index >= 0 && Transcript[index].Text != Actual)
            index--;
        return Actual is null ? -1 : index;
    }
}
