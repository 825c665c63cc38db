namespace PSPairChat.Rooms;

/// <summary>The kinds of events that a room sends to a member.</summary>
internal enum RoomEventKind
{
    /// <summary>The greeting: the handle is the name of the room, the text explains how to register.</summary>
    Welcome,

    /// <summary>The nickname is accepted; the text lists the commands.</summary>
    NickAccepted,

    /// <summary>The nickname is rejected; the text is the reason.</summary>
    NickRejected,

    /// <summary>The room has as many members as it may have.</summary>
    RoomFull,

    /// <summary>A message to all members.</summary>
    Message,

    /// <summary>A message to this member only.</summary>
    PrivateMessage,

    /// <summary>A message that was sent before this member joined.</summary>
    HistoryMessage,

    /// <summary>A member has joined.</summary>
    Joined,

    /// <summary>A member has left; the text is the reason, or empty if the member quit.</summary>
    Left,

    /// <summary>The list of members; the text is that of <see cref="MemberList"/>.</summary>
    MemberList,

    /// <summary>Any other information; the text is a sentence.</summary>
    Notice,

    /// <summary>
    /// Another server continues the session of the member: what the previous one has sent of a line is discarded. The position is that after which the messages
    /// follow; 0 if that of the previous server is not valid any more.
    /// </summary>
    Continued,

    /// <summary>The room is about to close the connection; the text is the reason.</summary>
    Closing,
}
