using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Connects to a chat server.</summary>
[Cmdlet(VerbsCommunications.Connect, "ChatServer", DefaultParameterSetName = PairSet, HelpUri = HelpPages.Root + "Connect-ChatServer.md")]
[OutputType(typeof(ChatSession))]
public sealed class ConnectChatServerCommand : OpenSessionCmdlet
{
    /// <summary>Specifies the name or the address of the server.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [Alias("Host", "ComputerName", "Cn")]
    [ArgumentCompleter(typeof(HostCompleter))]
    [ValidateNotNullOrEmpty]
    public string HostName { get; set; } = "";

    /// <summary>Specifies the port of the server. The default is 54321.</summary>
    [Parameter(Position = 1)]
    [ValidateRange(1, 65535)]
    public int Port { get; set; } = 54321;

    /// <summary>Specifies the handle of the client.</summary>
    [Parameter(Position = 2, Mandatory = true)]
    [AllowEmptyString]
    public string Handle { get; set; } = "";

    /// <summary>Specifies the time limit for connecting, in seconds. The default is 10.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400)]
    public double TimeoutSeconds { get; set; } = 10;

    private protected override object? ErrorTarget => $"{HostName}:{Port}";

    private protected override void ProcessRecordCore() => Register(IsRoom
        ? RoomMemberSession.Connect(HostName, Port, Room, GetOptions(Handle), GetRoomDialect(), ToTimeSpan(TimeoutSeconds), StopToken)
        : ClientSession.Connect(HostName, Port, GetOptions(Handle), ToTimeSpan(TimeoutSeconds), StopToken));

    private protected override string? GetRecommendedAction(ChatException exception) =>
        IsRoom && exception.Reason is ChatErrorReason.ConnectFailed or ChatErrorReason.ConnectTimedOut or ChatErrorReason.ProtocolViolation
            ? "Verify -HostName, -Port, and -Room, or omit -Room to connect to a one-to-one server."
            : base.GetRecommendedAction(exception);
}
