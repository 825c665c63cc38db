using System.Linq;
using System.Management.Automation;
using PSPairChat.Rooms;

namespace PSPairChat.Cmdlets;

/// <summary>Gives who is in a room; at a member, the others as far as the room has told of them.</summary>
[Cmdlet(VerbsCommon.Get, "ChatMember", HelpUri = HelpPages.Root + "Get-ChatMember.md")]
[OutputType(typeof(ChatMember))]
public sealed class GetChatMemberCommand : ChatCmdlet
{
    /// <summary>The handles of the members to give; wildcards are permitted.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(MemberCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Handle { get; set; } = ["*"];

    /// <summary>The room's session, its Id or Name; the room opened last if left out.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ChatSessionReference? Session { get; set; }

    private protected override object? Target => Session?.Target;

    private protected override void ProcessInput()
    {
        var session = Session is null ? SessionRegistry.Current.FindRoom<IRoomSession>() : ResolveSession(Session);
        var room = AsRoom(session);
        session.Refresh();
        foreach (var handle in Handle)
        {
            var pattern = new WildcardPattern(handle, WildcardOptions.IgnoreCase);
            var found = room.Members.Where(m => pattern.IsMatch(m.Handle)).ToArray();
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(handle))
                WriteChatError(new ChatException(ChatErrorReason.MemberNotFound, $"There is nobody called '{handle}' in {room.Room}."), handle);
        }
    }
}
