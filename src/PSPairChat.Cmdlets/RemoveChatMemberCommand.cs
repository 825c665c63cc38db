using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Shows members out of a room.</summary>
[Cmdlet(VerbsCommon.Remove, "ChatMember", SupportsShouldProcess = true, HelpUri = HelpPages.Root + "Remove-ChatMember.md")]
public sealed class RemoveChatMemberCommand : ChatCmdlet
{
    private string? _handle;

    /// <summary>The members' handles.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Handle { get; set; } = [];

    /// <summary>Why: the member is told, and so are the others.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>The room's session, its Id or Name; the room opened last if left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ChatSessionReference? Session { get; set; }

    private protected override object? Target => _handle;

    private protected override void ProcessInput()
    {
        var session = Session is null ? SessionRegistry.Current.FindRoom<RoomSession>() : ResolveSession(Session);
        var room = AsRoom(session) as RoomSession
            ?? throw new ChatException(ChatErrorReason.NoPeer, $"The session {session.Name} is a member; only the host of a room shows members out.");
        foreach (var handle in Handle)
        {
            _handle = handle;
            if (!ShouldProcess($"{handle} in {room.Room}", "Remove"))
                continue;
            try
            {
                room.Remove(handle, Reason);
            }
            catch (ChatException e)
            {
                WriteChatError(e, handle);
            }
        }
        WriteNotices(session);
    }
}
