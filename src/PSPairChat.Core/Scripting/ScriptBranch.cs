namespace PSPairChat.Scripting;

/// <summary>One way in which a step can go.</summary>
/// <param name="speaker">Who speaks; null for whoever it is that the step is about.</param>
/// <param name="pattern">What is said or expected.</param>
/// <param name="column">The column where what is said begins, from 1.</param>
internal sealed class ScriptBranch(string? speaker, ScriptPattern pattern, int column)
{
    public string? Speaker { get; } = speaker;

    public ScriptPattern Pattern { get; } = pattern;

    public int Column { get; } = column;

    /// <summary>The pattern as it was written.</summary>
    public string Source { get; init; } = "";

    /// <summary>The label at which the script goes on; null for the next step.</summary>
    public string? GoTo { get; init; }

    public bool IsQuit => Pattern is QuitPattern;
}
