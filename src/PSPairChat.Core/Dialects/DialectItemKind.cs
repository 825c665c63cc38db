namespace PSPairChat.Dialects;

/// <summary>The kinds of items that are decoded from the bytes of a peer.</summary>
internal enum DialectItemKind
{
    /// <summary>A message.</summary>
    Message,

    /// <summary>A quit command.</summary>
    Quit,

    /// <summary>More than <see cref="FrameDecoder.MaxFrameBytes"/> without the end of a message; decoding cannot continue.</summary>
    TooLong,

    /// <summary>No text: the dialect of the decoder was detected or corrected.</summary>
    Detected,

    /// <summary>The greeting of the peer. A side that does not greet first sends its own greeting now.</summary>
    GreetingReceived,
}
