namespace PSPairChat.Rooms;

/// <summary>One thing that a room tells a member.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Handle">Whom it is about; empty where it is about nobody.</param>
/// <param name="Text">The text; empty where there is none.</param>
internal readonly record struct RoomEvent(RoomEventKind Kind, string Handle = "", string Text = "");
