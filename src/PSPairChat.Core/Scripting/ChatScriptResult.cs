using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace PSPairChat;

/// <summary>How a script came out.</summary>
public sealed class ChatScriptResult
{
    internal ChatScriptResult(ChatScriptStep? step, ChatException? fault, string? expected, string? actual,
        IReadOnlyDictionary<string, string> captures, IReadOnlyList<ChatTranscriptEntry> transcript, TimeSpan duration)
    {
        Step = step;
        Error = fault;
        Expected = expected;
        Actual = actual;
        Captures = captures;
        Transcript = transcript;
        Duration = duration;
    }

    /// <summary>Whether everything was said and heard as it is written.</summary>
    public bool Succeeded => Error is null;

    /// <summary>The line that failed; where none did, the last one. Null for a script without lines.</summary>
    public ChatScriptStep? Step { get; }

    /// <summary>What the failing line expects, as it is written there; null where nothing failed, or where the line is ours to say.</summary>
    public string? Expected { get; }

    /// <summary>What was said instead, exactly as it came; null where nothing was.</summary>
    public string? Actual { get; }

    /// <summary>What the regular expressions captured, by name.</summary>
    public IReadOnlyDictionary<string, string> Captures { get; }

    /// <summary>What was said, by either end, a quit included. Written as text it is a script that can be run again.</summary>
    public IReadOnlyList<ChatTranscriptEntry> Transcript { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Why it failed, in one word; null where it did not.</summary>
    public ChatErrorReason? Reason => Error?.Reason;

    /// <summary>Why it failed.</summary>
    public ChatException? Error { get; }

    /// <summary>The exchange, a line each, and where it failed, the failing line marked with <c>!</c> and the reason. Safe to show.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var failing = Transcript.Count;
        while (Actual is not null && failing-- > 0 && Transcript[failing].Text != Actual)
        {
            // In a room others may have spoken since.
        }
        for (var i = 0; i < Transcript.Count; i++)
        {
            text.Append(i == failing ? "! " : "  ").Append(Transcript[i].ToDisplayString()).AppendLine();
        }
        if (Error is null)
            return text.AppendFormat(CultureInfo.InvariantCulture, "Succeeded in {0:0.0##} s.", Duration.TotalSeconds).ToString();
        if (Actual is null && Step is not null)
            text.Append("! ").AppendLine(DisplayText.Sanitize(Step.Text.Trim()));
        text.AppendFormat(CultureInfo.InvariantCulture, "{0} after {1:0.0##} s: ", Reason, Duration.TotalSeconds);
        return text.Append(DisplayText.Sanitize(Error.Message)).ToString();
    }
}
