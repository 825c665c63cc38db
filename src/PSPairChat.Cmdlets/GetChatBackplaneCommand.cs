using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Gets the connection of a room to its backplane.</summary>
[Cmdlet(VerbsCommon.Get, "ChatBackplane", HelpUri = HelpPages.Root + "Get-ChatBackplane.md")]
[OutputType(typeof(ChatBackplane))]
public sealed class GetChatBackplaneCommand : SessionCmdlet
{
    private protected override void ProcessRecordCore()
    {
        var session = GetSession(static () => SessionRegistry.Current.GetLatestRoom<RoomSession>());
        var room = session as RoomSession ?? throw new ChatException(ChatErrorReason.NotARoom, $"The session '{session.Name}' is not the host of a room.");
        WriteObject(room.Backplane ?? throw new ChatException(ChatErrorReason.NotSupported, $"The room '{room.Room}' has no backplane: only this server carries it.")
        {
            RecommendedAction = "Start the room with -Backplane.",
        });
    }
}
