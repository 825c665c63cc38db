using System.Linq;
using System.Management.Automation;
using PSPairChat.Rooms;

namespace PSPairChat.Cmdlets;

/// <summary>Gets the members of a room.</summary>
[Cmdlet(VerbsCommon.Get, "ChatMember", HelpUri = HelpPages.Root + "Get-ChatMember.md")]
[OutputType(typeof(ChatMember))]
public sealed class GetChatMemberCommand : SessionCmdlet
{
    /// <summary>Specifies the handles of members. Wildcards are permitted. By default, all members.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(MemberCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Handle { get; set; } = ["*"];

    /// <summary>Specifies the session of the room, its Id, or its Name. By default, the room that was opened last.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ChatSessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public override ChatSession? Session
    {
        get => base.Session;
        set => base.Session = value;
    }

    private protected override void ProcessRecordCore()
    {
        var session = GetSession(static () => SessionRegistry.Current.GetLatestRoom<IRoomSession>());
        var room = GetRoom(session);
        session.Refresh();
        foreach (var handle in Handle)
        {
            var pattern = WildcardArgument.Parse(handle);
            var members = room.Members.Where(m => pattern.IsMatch(m.Handle)).ToArray();
            WriteObject(members, enumerateCollection: true);
            if (members.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(handle))
                WriteChatError(new ChatException(ChatErrorReason.MemberNotFound, $"The room '{room.Room}' has no member '{handle}'."), handle);
        }
    }
}
