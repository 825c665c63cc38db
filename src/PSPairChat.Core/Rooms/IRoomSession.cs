using System.Collections.Generic;
using System.Threading;

namespace PSPairChat.Rooms;

/// <summary>A session in a room: its host or a member.</summary>
internal interface IRoomSession
{
    /// <summary>Gets the name of the room.</summary>
    string Room { get; }

    /// <summary>Gets the members of the room in alphabetical order, this session excluded.</summary>
    IReadOnlyList<ChatMember> Members { get; }

    /// <summary>Sends a message to one member.</summary>
    /// <exception cref="ChatException">MemberNotFound, SessionClosed, or a reason why the message is not valid.</exception>
    ChatMessage Send(string text, string to, CancellationToken cancellationToken);
}
