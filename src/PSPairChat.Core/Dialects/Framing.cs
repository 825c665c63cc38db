namespace PSPairChat.Dialects;

/// <summary>How the messages of one end are marked.</summary>
/// <param name="side">How it speaks.</param>
/// <param name="encoding">How characters become bytes.</param>
/// <param name="isGuess">Whether that was found out from bytes and may be wrong.</param>
internal sealed class Framing(ChatDialectSide side, ChatEncoding encoding, bool isGuess)
{
    public FramingKind Kind { get; } = side switch
    {
        { LengthPrefix: not ChatLengthPrefix.None } => FramingKind.LengthPrefixed,
        { FixedLength: > 0 } => FramingKind.FixedLength,
        { Terminator: "\n" or "\r\n" } => FramingKind.Line,
        { Terminator: "" } => FramingKind.Unterminated,
        _ => side.Terminator.TrimStart('\r', '\n') == "\0" ? FramingKind.NullTerminated : FramingKind.Delimited,
    };

    public ChatLengthPrefix LengthPrefix { get; } = side.LengthPrefix;

    public int FixedLength { get; } = side.FixedLength;

    public byte[] Delimiter { get; } = DialectText.GetEncoding(encoding).GetBytes(side.Terminator.Trim('\r', '\n'));

    public ChatEncoding Encoding { get; } = encoding;

    public bool IsTentative { get; } = isGuess;
}
