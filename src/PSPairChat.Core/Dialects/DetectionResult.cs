namespace PSPairChat.Dialects;

/// <summary>The dialect detected from the first text of a peer.</summary>
/// <param name="dialect">The dialect.</param>
/// <param name="reason">Why this dialect was chosen; part of a notice.</param>
/// <param name="isGreeting">Whether the text is a greeting and not a message.</param>
/// <param name="handle">The peer's handle, if the greeting contains it.</param>
internal sealed class DetectionResult(ChatDialect dialect, string reason, bool isGreeting = false, string? handle = null)
{
    public ChatDialect Dialect { get; } = dialect;

    public string Reason { get; } = reason;

    public bool IsGreeting { get; } = isGreeting;

    public string? Handle { get; } = handle;
}
