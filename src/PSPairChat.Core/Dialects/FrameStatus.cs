namespace PSPairChat.Dialects;

/// <summary>The result of an attempt to read a frame.</summary>
internal enum FrameStatus
{
    /// <summary>A frame was read.</summary>
    Complete,

    /// <summary>The end of the frame has not been received yet.</summary>
    NeedsMoreData,

    /// <summary>Only an idle connection shows that the frame has ended.</summary>
    NeedsIdle,

    /// <summary>The frame is longer than <see cref="FrameDecoder.MaxFrameBytes"/>; decoding cannot continue.</summary>
    TooLong,
}
