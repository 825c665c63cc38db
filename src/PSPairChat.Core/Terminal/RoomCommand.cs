using System.Linq;
using System.Threading;
using PSPairChat.Rooms;

namespace PSPairChat.Terminal;

/// <summary>What can be typed in a room besides messages.</summary>
internal static class RoomCommand
{
    public const string Help = "/who tells who is here, /msg Bob text speaks to Bob alone, /say text says exactly that.";

    /// <summary>Says a line; in a room, obeys it where it is a command.</summary>
    /// <returns>What there is to show; null where it was simply said.</returns>
    /// <exception cref="ChatException">What is wrong with the message, or with the one who is meant.</exception>
    public static string? Say(ChatSession session, string line, CancellationToken cancellationToken)
    {
        if (session is not IRoom room || line.Length == 0 || line[0] != '/')
        {
            session.Send(line, cancellationToken);
            return null;
        }
        var request = TextWire.Command(line);
        switch (request.Kind)
        {
            case RoomRequestKind.Say:
                session.Send(request.Text, cancellationToken);
                return null;
            case RoomRequestKind.Whisper:
                room.Send(request.Text, request.Handle, cancellationToken);
                return null;
            case RoomRequestKind.Who:
                return "Here: " + string.Join(", ", new[] { session.Handle }.Concat(room.Members.Select(m => DisplayText.Safe(m.Handle))));
            default:
                return Help;
        }
    }
}
