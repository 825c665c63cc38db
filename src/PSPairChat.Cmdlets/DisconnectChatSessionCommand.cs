using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Says <c>\quit</c> and hangs up, for good; a server goes on listening.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "ChatSession", SupportsShouldProcess = true, HelpUri = HelpPages.Root + "Disconnect-ChatSession.md")]
public sealed class DisconnectChatSessionCommand : ChatCmdlet
{
    /// <summary>The session, its Id or Name; the one opened last if left out.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ChatSessionReference? Session { get; set; }

    private protected override object? Target => Session?.Session ?? (object?)Session;

    private protected override void Process()
    {
        var session = Find(Session);
        if (!ShouldProcess(SessionText.Describe(session), "Disconnect"))
            return;
        session.Disconnect();
        TellNotices(session);
    }
}
