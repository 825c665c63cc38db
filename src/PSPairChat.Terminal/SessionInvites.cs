using PSPairChat.Security;

namespace PSPairChat.Terminal;

/// <summary>The invites that a user of the interactive chat gives to others.</summary>
internal static class SessionInvites
{
    /// <summary>Gets the invites of a session; null if it is not a secure server.</summary>
    public static ChatInviteList? Find(ChatSession session) => session is IInvitingSession { Invites: { IsAvailable: true } invites } ? invites : null;

    /// <summary>Creates an invite for one client.</summary>
    /// <returns>The lines to display; null if the session is not a secure server.</returns>
    public static string? Create(ChatSession session) => Find(session) is { } invites ? ConsoleMessages.FormatInvite(invites.Create()) : null;
}
