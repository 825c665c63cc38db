using System.Collections.Generic;
using System.Threading;

namespace PSPairChat.Rooms;

/// <summary>What a session in a room can do beyond what every session can.</summary>
internal interface IRoomSession
{
    /// <summary>The room's name.</summary>
    string Room { get; }

    /// <summary>Who is in the room, in alphabetical order.</summary>
    IReadOnlyList<ChatMember> Members { get; }

    /// <summary>Says a message to one member.</summary>
    /// <exception cref="ChatException">MemberNotFound, SessionClosed, or what is wrong with the message.</exception>
    ChatMessage Send(string text, string to, CancellationToken cancellationToken);
}
