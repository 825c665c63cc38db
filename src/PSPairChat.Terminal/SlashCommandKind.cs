namespace PSPairChat.Terminal;

/// <summary>Specifies the kind of a line that a user has entered.</summary>
internal enum SlashCommandKind
{
    /// <summary>A message to the peer, or to all members of a room.</summary>
    Message,

    /// <summary>A message to one member of a room.</summary>
    PrivateMessage,

    /// <summary>Ends the conversation.</summary>
    Quit,

    /// <summary>Shows the commands.</summary>
    Help,

    /// <summary>Leaves the chat and keeps the session.</summary>
    Detach,

    /// <summary>Creates an invite of a secure server.</summary>
    Invite,

    /// <summary>Lists the members of a room.</summary>
    ListMembers,

    /// <summary>A command that does not exist, or has invalid arguments.</summary>
    Invalid,
}
