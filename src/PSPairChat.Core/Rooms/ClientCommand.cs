namespace PSPairChat.Rooms;

/// <summary>A command that a member sends to a room.</summary>
/// <param name="Kind">The kind of command.</param>
/// <param name="Handle">The requested nickname, or the recipient of a private message; otherwise empty.</param>
/// <param name="Text">The text of a message; otherwise empty.</param>
internal readonly record struct ClientCommand(ClientCommandKind Kind, string Handle = "", string Text = "");
