namespace PSPairChat.Rooms;

/// <summary>What a room tells.</summary>
internal enum RoomNewsKind
{
    /// <summary>The greeting: the handle is the room's name, the text what to do.</summary>
    Hello,

    /// <summary>The nickname is accepted; the text is what can be done now.</summary>
    Ready,

    /// <summary>The nickname is refused; the text says why.</summary>
    Retry,

    /// <summary>There is no room for more members.</summary>
    Full,

    /// <summary>A member said something to all.</summary>
    Said,

    /// <summary>A member said something to this one alone.</summary>
    Whispered,

    /// <summary>A member said something before this one came.</summary>
    Past,

    /// <summary>A member has joined.</summary>
    Joined,

    /// <summary>A member has left; the text says why, where it was no plain good-bye.</summary>
    Left,

    /// <summary>Who is there: the text is their handles, with commas between.</summary>
    Here,

    /// <summary>Anything else; the text is a sentence.</summary>
    Notice,

    /// <summary>The last word before the room hangs up.</summary>
    Bye,
}
