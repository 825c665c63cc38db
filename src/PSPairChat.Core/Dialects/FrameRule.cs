namespace PSPairChat.Dialects;

/// <summary>How the messages of one end are marked.</summary>
/// <param name="side">How it speaks.</param>
/// <param name="encoding">How characters become bytes.</param>
/// <param name="isGuess">Whether that was found out from bytes and may be wrong.</param>
internal sealed class FrameRule(ChatDialectSide side, ChatEncoding encoding, bool isGuess)
{
    public FrameKind Kind { get; } = side switch
    {
        { Length: not ChatLengthPrefix.None } => FrameKind.Counted,
        { Size: > 0 } => FrameKind.Padded,
        { Ending: "\n" or "\r\n" } => FrameKind.Line,
        { Ending: "" } => FrameKind.Unmarked,
        _ => side.Ending.TrimStart('\r', '\n') == "\0" ? FrameKind.Nul : FrameKind.Marked,
    };

    public ChatLengthPrefix Length { get; } = side.Length;

    public int Size { get; } = side.Size;

    public byte[] Mark { get; } = DialectText.Encoding(encoding).GetBytes(side.Ending.Trim('\r', '\n'));

    public ChatEncoding Encoding { get; } = encoding;

    public bool IsGuess { get; } = isGuess;
}
