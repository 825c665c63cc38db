using System.Management.Automation;
using System.Net;

namespace PSPairChat.Cmdlets;

/// <summary>Begins to listen, and gives the session at once.</summary>
[Cmdlet(VerbsLifecycle.Start, "ChatServer", DefaultParameterSetName = PairSet, HelpUri = HelpPages.Root + "Start-ChatServer.md")]
[OutputType(typeof(ChatSession))]
public sealed class StartChatServerCommand : OpenSessionCommand
{
    /// <summary>The port to listen on; 0 for any free one.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(IPEndPoint.MinPort, IPEndPoint.MaxPort)]
    public int Port { get; set; } = 54321;

    /// <summary>Our handle.</summary>
    [Parameter]
    [AllowEmptyString]
    public string Handle { get; set; } = "chatserve";

    /// <summary>The address to listen on; all if left out, IPv6 and IPv4.</summary>
    [Parameter]
    public IPAddress? BindAddress { get; set; }

    /// <summary>The most members of the room.</summary>
    [Parameter(ParameterSetName = RoomSet)]
    [ValidateRange(1, 1_000_000)]
    public int MaxMembers { get; set; } = RoomOptions.DefaultMaxMembers;

    /// <summary>How many of the last messages those get who join the room.</summary>
    [Parameter(ParameterSetName = RoomSet)]
    [ValidateRange(0, 10_000)]
    public int History { get; set; }

    /// <summary>How many messages a second one member of the room may say; 0 for no limit.</summary>
    [Parameter(ParameterSetName = RoomSet)]
    [ValidateRange(0, 1_000_000)]
    public int FloodLimit { get; set; } = RoomOptions.DefaultMaxMessagesPerSecond;

    private protected override object? Target => Port;

    private protected override void ProcessInput() => Open(ParameterSetName == RoomSet
        ? RoomSession.Start(Room, Port, Options(Handle), RoomOptions, BindAddress)
        : ServerSession.Start(Port, Options(Handle), BindAddress));

    private RoomOptions RoomOptions => new() { MaxMembers = MaxMembers, HistoryCount = History, MaxMessagesPerSecond = FloodLimit, Dialect = RoomDialect };
}
