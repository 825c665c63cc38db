using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Connects to a chat server.</summary>
[Cmdlet(VerbsCommunications.Connect, "ChatServer", DefaultParameterSetName = PairSet, HelpUri = HelpPages.Root + "Connect-ChatServer.md")]
[OutputType(typeof(ChatSession))]
public sealed class ConnectChatServerCommand : OpenSessionCmdlet
{
    /// <summary>Specifies the name or the address of the server. It can contain the port, as in flip1:54321 or tcp://flip1:54321.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Host", "ComputerName", "Cn")]
    [ArgumentCompleter(typeof(HostCompleter))]
    [ValidateNotNullOrEmpty]
    public string HostName { get; set; } = "";

    /// <summary>Specifies the port of the server. The default is 54321.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SuggestionCompleter))]
    [ValidateRange(1, 65535)]
    public int Port { get; set; } = 54321;

    /// <summary>Specifies the handle of the client. The default is the name of the user without characters that a handle cannot contain.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SuggestionCompleter))]
    [AllowEmptyString]
    public string? Handle { get; set; }

    /// <summary>Specifies the time limit for connecting, in seconds. The default is 10.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400)]
    public double TimeoutSeconds { get; set; } = 10;

    private protected override object? ErrorTarget => $"{HostName}:{Port}";

    private protected override void ProcessRecordCore()
    {
        var options = GetOptions(Handle ?? DefaultHandle.Get(MaxHandleLength, IsRoom));
        var (host, portOfHost) = HostNameParser.Parse(HostName);
        var port = portOfHost ?? Port;
        Register(IsRoom
            ? RoomMemberSession.Connect(host, port, Room, options, GetRoomDialect(), ToTimeSpan(TimeoutSeconds), StopToken)
            : ClientSession.Connect(host, port, options, ToTimeSpan(TimeoutSeconds), StopToken));
    }

    private protected override string? GetRecommendedAction(ChatException exception) =>
        exception.Reason == ChatErrorReason.NotARoom ? "Omit -Room to connect to a one-to-one server." : base.GetRecommendedAction(exception);
}
