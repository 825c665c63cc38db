namespace PSPairChat.Dialects;

/// <summary>What the first thing that a peer said tells.</summary>
/// <param name="dialect">How to talk with it.</param>
/// <param name="why">What showed it.</param>
/// <param name="isOpening">Whether the first thing was an opening and no message.</param>
/// <param name="handle">The peer's handle, where the opening told it.</param>
internal sealed class DetectionResult(ChatDialect dialect, string why, bool isOpening = false, string? handle = null)
{
    public ChatDialect Dialect { get; } = dialect;

    public string Reason { get; } = why;

    public bool IsGreeting { get; } = isOpening;

    public string? Handle { get; } = handle;
}
