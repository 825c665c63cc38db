using System.Linq;
using System.Threading;
using PSPairChat.Rooms;

namespace PSPairChat.Terminal;

/// <summary>What can be typed in a room besides messages.</summary>
internal static class RoomSlashCommand
{
    public const string Help = "/who tells who is here, /msg Bob text speaks to Bob alone, /say text says exactly that.";

    /// <summary>Says a line; in a room, obeys it where it is a command.</summary>
    /// <returns>What there is to show; null where it was simply said.</returns>
    /// <exception cref="ChatException">What is wrong with the message, or with the one who is meant.</exception>
    public static string? Send(ChatSession session, string line, CancellationToken cancellationToken)
    {
        if (session is not IRoomSession room || line.Length == 0 || line[0] != '/')
        {
            session.Send(line, cancellationToken);
            return null;
        }
        var request = TextProtocol.ParseCommand(line);
        switch (request.Kind)
        {
            case ClientCommandKind.Message:
                session.Send(request.Text, cancellationToken);
                return null;
            case ClientCommandKind.PrivateMessage:
                room.Send(request.Text, request.Handle, cancellationToken);
                return null;
            case ClientCommandKind.ListMembers:
                session.Refresh();
                return "Members: " + string.Join(", ", new[] { session.Handle }.Concat(room.Members.Select(m => DisplayText.Sanitize(m.Handle))));
            default:
                return Help;
        }
    }
}
