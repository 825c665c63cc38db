using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Chats at the prompt, until the session is over: <c>\quit</c> ends the conversation, Ctrl+C the session.</summary>
[Cmdlet(VerbsCommon.Enter, "ChatSession", HelpUri = HelpPages.Root + "Enter-ChatSession.md")]
public sealed class EnterChatSessionCommand : SessionCommand
{
    private protected override void ProcessInput()
    {
        var session = ResolveSession(Session);
        if (session.IsCompleted)
            throw new ChatException(ChatErrorReason.SessionClosed, $"The session {session.Name} is closed.");
        SessionChat.Run(session, Host, StopToken);
    }
}
