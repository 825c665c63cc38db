namespace PSPairChat.Rooms;

/// <summary>What a room tells.</summary>
internal enum RoomEventKind
{
    /// <summary>The greeting: the handle is the room's name, the text what to do.</summary>
    Welcome,

    /// <summary>The nickname is accepted; the text is what can be done now.</summary>
    NickAccepted,

    /// <summary>The nickname is refused; the text says why.</summary>
    NickRejected,

    /// <summary>There is no room for more members.</summary>
    RoomFull,

    /// <summary>A member said something to all.</summary>
    Message,

    /// <summary>A member said something to this one alone.</summary>
    PrivateMessage,

    /// <summary>A member said something before this one came.</summary>
    HistoryMessage,

    /// <summary>A member has joined.</summary>
    Joined,

    /// <summary>A member has left; the text says why, where it was no plain good-bye.</summary>
    Left,

    /// <summary>Who is there: the text is their handles, with commas between.</summary>
    MemberList,

    /// <summary>Anything else; the text is a sentence.</summary>
    Notice,

    /// <summary>The last word before the room hangs up.</summary>
    Closing,
}
