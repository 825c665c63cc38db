using PSPairChat.Security;

namespace PSPairChat.Cmdlets;

/// <summary>The base class of the cmdlets that act on the invites of a secure server.</summary>
public abstract class InviteCmdlet : SessionCmdlet
{
    /// <summary>Gets the invites of the session.</summary>
    /// <exception cref="ChatException">SessionNotFound, SessionClosed or NotSecure.</exception>
    private protected ChatInviteList GetInvites()
    {
        var session = GetOpenSession(static () => SessionRegistry.Current.GetLatestServer());
        return session is IInvitingSession { Invites: { IsAvailable: true } invites }
            ? invites
            : throw new ChatException(ChatErrorReason.NotSecure, $"The session '{session.Name}' is not a secure server.");
    }
}
