using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Connects to a server.</summary>
[Cmdlet(VerbsCommunications.Connect, "ChatServer", DefaultParameterSetName = PairSet, HelpUri = HelpPages.Root + "Connect-ChatServer.md")]
[OutputType(typeof(ChatSession))]
public sealed class ConnectChatServerCommand : OpenSessionCommand
{
    /// <summary>The server's name or address.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [Alias("Host", "ComputerName", "Cn")]
    [ArgumentCompleter(typeof(HostCompleter))]
    [ValidateNotNullOrEmpty]
    public string HostName { get; set; } = "";

    /// <summary>The server's port.</summary>
    [Parameter(Position = 1)]
    [ValidateRange(1, 65535)]
    public int Port { get; set; } = 54321;

    /// <summary>Our handle.</summary>
    [Parameter(Position = 2, Mandatory = true)]
    [AllowEmptyString]
    public string Handle { get; set; } = "";

    /// <summary>How long to try, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400)]
    public double TimeoutSeconds { get; set; } = 10;

    private protected override object? Target => $"{HostName}:{Port}";

    private protected override void ProcessInput() => Open(ParameterSetName == RoomSet
        ? RoomMemberSession.Connect(HostName, Port, Room, Options(Handle), RoomDialect, Seconds(TimeoutSeconds), StopToken)
        : ClientSession.Connect(HostName, Port, Options(Handle), Seconds(TimeoutSeconds), StopToken));
}
