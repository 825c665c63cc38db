using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Removes members from a room.</summary>
[Cmdlet(VerbsCommon.Remove, "ChatMember", SupportsShouldProcess = true, HelpUri = HelpPages.Root + "Remove-ChatMember.md")]
public sealed class RemoveChatMemberCommand : SessionCmdlet
{
    /// <summary>Specifies the handles of the members.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Handle { get; set; } = [];

    /// <summary>Specifies the reason, which is sent to all members.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>Specifies the session of the room, its Id, or its Name. By default, the room that was started last.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ChatSessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public override ChatSession? Session
    {
        get => base.Session;
        set => base.Session = value;
    }

    private protected override void ProcessRecordCore()
    {
        var session = GetSession(static () => SessionRegistry.Current.GetLatestRoom<RoomSession>());
        var room = session as RoomSession
            ?? throw new ChatException(ChatErrorReason.NotARoom, $"The session '{session.Name}' is not the host of a room. Only the host can remove members.")
            {
                RecommendedAction = "Specify the session that Start-ChatServer -Room returned.",
            };
        foreach (var handle in Handle)
        {
            if (ShouldProcess($"{handle} in {room.Room}", "Remove"))
                Remove(room, handle);
        }
        WriteNotices(room);
    }

    private void Remove(RoomSession room, string handle)
    {
        try
        {
            room.Remove(handle, Reason);
        }
        catch (ChatException e)
        {
            WriteChatError(e, handle);
        }
    }
}
