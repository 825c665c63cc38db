using System;
using System.Threading;

namespace PSPairChat.Terminal;

/// <summary>What a chat does in the same way on every terminal.</summary>
internal static class ChatOperations
{
    /// <summary>Listens for a while.</summary>
    /// <returns>What was said; null for nothing, and for an end, which the session and its notices tell of.</returns>
    public static ChatMessage? Receive(ChatSession session, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            return session.TryReceive(wait, waitOnOwnTurn: true, cancellationToken).Message;
        }
        catch (ChatException e) when (e.Reason == ChatErrorReason.SessionClosed)
        {
            // Somebody else has ended the session; the loop sees it.
            return null;
        }
    }

    /// <summary>Whether it is the line that was refused, and not the conversation that is over.</summary>
    public static bool IsInputRejected(ChatException exception) => exception.Reason
        is ChatErrorReason.MessageEmpty or ChatErrorReason.MessageTooLong or ChatErrorReason.MessageInvalid
        or ChatErrorReason.MemberNotFound or ChatErrorReason.HandleInvalid;
}
