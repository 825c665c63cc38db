using System.Management.Automation;
using System.Net;

namespace PSPairChat.Cmdlets;

/// <summary>Starts a chat server.</summary>
[Cmdlet(VerbsLifecycle.Start, "ChatServer", DefaultParameterSetName = PairSet, SupportsShouldProcess = true, HelpUri = HelpPages.Root + "Start-ChatServer.md")]
[OutputType(typeof(ChatSession))]
public sealed class StartChatServerCommand : OpenSessionCmdlet
{
    /// <summary>Specifies the port to listen on; 0 selects any free port. The default is 54321.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(SuggestionCompleter))]
    [ValidateRange(IPEndPoint.MinPort, IPEndPoint.MaxPort)]
    public int Port { get; set; } = 54321;

    /// <summary>Specifies the handle of the server. The default is chatserve.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SuggestionCompleter))]
    [AllowEmptyString]
    public string Handle { get; set; } = "chatserve";

    /// <summary>Specifies the address to listen on, or localhost. By default, all IPv6 and IPv4 addresses.</summary>
    [Parameter]
    [BindAddressTransformation]
    [ArgumentCompleter(typeof(SuggestionCompleter))]
    public IPAddress? BindAddress { get; set; }

    /// <summary>Specifies the addresses and CIDR ranges from which clients can connect. By default, all addresses.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] AllowAddress { get; set; } = [];

    /// <summary>Indicates that the server accepts only TLS connections of clients with an invite or a trusted key.</summary>
    [Parameter]
    public SwitchParameter Secure { get; set; }

    /// <summary>Indicates that the server also accepts TLS connections of clients that are not authenticated. Implies Secure.</summary>
    [Parameter]
    public SwitchParameter AllowAnonymous { get; set; }

    /// <summary>Indicates that clients that connect with an invite need none the next time. Implies Secure.</summary>
    [Parameter]
    public SwitchParameter RememberClients { get; set; }

    /// <summary>Specifies the maximum number of members of the room. The default is 1000.</summary>
    [Parameter(ParameterSetName = RoomSet)]
    [ValidateRange(1, 1_000_000)]
    public int MaxMembers { get; set; } = RoomOptions.DefaultMaxMembers;

    /// <summary>Specifies the number of recent messages that a new member receives. The default is 0.</summary>
    [Parameter(ParameterSetName = RoomSet)]
    [ValidateRange(0, 10_000)]
    public int HistoryCount { get; set; }

    /// <summary>Specifies the URL of the Redis server over which several servers carry the room. By default, only this server carries the room.</summary>
    [Parameter(ParameterSetName = RoomSet)]
    [ValidateNotNullOrEmpty]
    public string? Backplane { get; set; }

    /// <summary>Specifies the SHA-256 fingerprint of the certificate of the Redis server. By default, the system decides whether to trust the certificate.</summary>
    [Parameter(ParameterSetName = RoomSet)]
    [ValidateNotNullOrEmpty]
    public string? BackplaneFingerprint { get; set; }

    /// <summary>Specifies the number of entries that the log of the room in Redis keeps, approximately. The default is 1000000.</summary>
    [Parameter(ParameterSetName = RoomSet)]
    [ValidateRange(1, int.MaxValue)]
    public int HistoryLimit { get; set; } = RoomOptions.DefaultHistoryLimit;

    /// <summary>Specifies the number of messages that a member can send per second; 0 is no limit. The default is 5.</summary>
    [Parameter(ParameterSetName = RoomSet)]
    [ValidateRange(0, 1_000_000)]
    public int MaxMessagesPerSecond { get; set; } = RoomOptions.DefaultMaxMessagesPerSecond;

    /// <summary>Specifies the maximum number of connections without a nickname. The default is 256.</summary>
    [Parameter(ParameterSetName = RoomSet)]
    [ValidateRange(1, 1_000_000)]
    public int MaxUnregisteredConnections { get; set; } = RoomOptions.DefaultMaxUnregisteredConnections;

    /// <summary>Specifies the maximum number of connections without a nickname from one address. The default is 64.</summary>
    [Parameter(ParameterSetName = RoomSet)]
    [ValidateRange(1, 1_000_000)]
    public int MaxUnregisteredConnectionsPerAddress { get; set; } = RoomOptions.DefaultMaxUnregisteredConnectionsPerAddress;

    private protected override object? ErrorTarget => Port;

    private protected override void ProcessRecordCore()
    {
        var options = GetOptions(Handle) with { AllowedAddresses = AllowAddress, SecureServer = GetSecureOptions() };
        if (!ShouldProcess($"{BindAddress?.ToString() ?? "*"}:{Port}", IsRoom ? $"Start the room {Room}" : "Start a chat server"))
            return;
        Register(IsRoom ? RoomSession.Start(Room, Port, options, GetRoomOptions(), BindAddress) : ServerSession.Start(Port, options, BindAddress));
    }

    private protected override string? GetRecommendedAction(ChatException exception) => exception.Reason == ChatErrorReason.ConnectFailed
        ? "Specify a -Port and a -BindAddress on which this host can listen."
        : base.GetRecommendedAction(exception);

    private SecureServerOptions? GetSecureOptions() => Secure || AllowAnonymous || RememberClients || Resume
        ? new SecureServerOptions { AllowAnonymous = AllowAnonymous, RememberClients = RememberClients }
        : null;

    private RoomOptions GetRoomOptions() => new()
    {
        MaxMembers = MaxMembers,
        HistoryCount = HistoryCount,
        Backplane = Backplane,
        BackplaneFingerprint = BackplaneFingerprint,
        HistoryLimit = HistoryLimit,
        MaxMessagesPerSecond = MaxMessagesPerSecond,
        MaxUnregisteredConnections = MaxUnregisteredConnections,
        MaxUnregisteredConnectionsPerAddress = MaxUnregisteredConnectionsPerAddress,
        Dialect = GetRoomDialect(),
    };
}
