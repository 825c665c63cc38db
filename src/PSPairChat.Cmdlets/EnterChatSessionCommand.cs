using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Starts the interactive chat in an open session.</summary>
[Cmdlet(VerbsCommon.Enter, "ChatSession", HelpUri = HelpPages.Root + "Enter-ChatSession.md")]
public sealed class EnterChatSessionCommand : SessionCmdlet
{
    private protected override void ProcessRecordCore()
    {
        var session = GetSession();
        if (session.IsCompleted)
            throw new ChatException(ChatErrorReason.SessionClosed, $"The session '{session.Name}' is closed.");
        InteractiveChatRunner.Run(session, Host, StopToken);
    }
}
