namespace PSPairChat.Rooms;

/// <summary>One thing that a member wants of a room.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Handle">The nickname that is wanted, or to whom something is said.</param>
/// <param name="Text">What is said.</param>
internal readonly record struct ClientCommand(ClientCommandKind Kind, string Handle = "", string Text = "");
