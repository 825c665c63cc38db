namespace PSPairChat.Security;

/// <summary>A session that accepts clients, and can invite them if it is secure.</summary>
internal interface IInvitingSession
{
    /// <summary>Gets the invites of the session.</summary>
    ChatInviteList Invites { get; }
}
