namespace PSPairChat.Scripting;

/// <summary>One branch of a script line.</summary>
/// <param name="speaker">The handle of the speaker; null if the step determines the speaker.</param>
/// <param name="pattern">What is sent or expected.</param>
/// <param name="column">The column of the pattern, from 1.</param>
internal sealed class ScriptBranch(string? speaker, ScriptPattern pattern, int column)
{
    public string? Speaker { get; } = speaker;

    public ScriptPattern Pattern { get; } = pattern;

    public int Column { get; } = column;

    /// <summary>Gets the pattern as it is written in the script.</summary>
    public string Source { get; init; } = "";

    /// <summary>Gets the label at which the script continues; null for the next step.</summary>
    public string? GoTo { get; init; }

    public bool IsQuit => Pattern is QuitPattern;
}
