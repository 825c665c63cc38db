using System;
using System.Management.Automation;
using PSPairChat.Rooms;

namespace PSPairChat.Cmdlets;

/// <summary>The base class of the cmdlets that open a session.</summary>
public abstract class OpenSessionCmdlet : ChatCmdlet
{
    private protected const string PairSet = "Pair";
    private protected const string RoomSet = "Room";

    private static readonly ResumeOptions DefaultResume = new();

    private NamedArgument<ChatDialect> _dialect;

    /// <summary>Specifies whether the two sides take turns. The default is Alternate.</summary>
    [Parameter(ParameterSetName = PairSet)]
    public virtual TurnOrder TurnOrder { get; set; }

    /// <summary>Specifies the dialect or its name; with Room, the name of a room dialect. The default is Auto.</summary>
    [Parameter(ParameterSetName = PairSet)]
    [Parameter(ParameterSetName = RoomSet)]
    [ChatDialectTransformation]
    [ArgumentCompleter(typeof(DialectCompleter))]
    public virtual ChatDialect? Dialect
    {
        get => _dialect.Value;
        set => _dialect = NamedArgument<ChatDialect>.Bind(value);
    }

    /// <summary>Specifies the maximum number of characters in a message that is sent. The default is 500.</summary>
    [Parameter]
    [ValidateRange(1, ChatOptions.MessageLengthLimit)]
    public int MaxMessageLength { get; set; } = ChatOptions.DefaultMaxMessageLength;

    /// <summary>Specifies the maximum number of characters in the handle. The default is 10.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int MaxHandleLength { get; set; } = ChatOptions.DefaultMaxHandleLength;

    /// <summary>
    /// Specifies a friendly name for the session. It must be unique, not a number, and without wildcard characters. The default is Chat followed by the Id.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Specifies the file to which messages and notices are appended in the JSON Lines format.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TranscriptPath { get; set; }

    /// <summary>
    /// Indicates that the session must survive the loss of its connection. At a client, connecting fails if the server cannot resume; at a server, clients that
    /// are not authenticated can resume too. Implies Secure. By default, sessions with an invite or a trusted key are resumed if both ends can.
    /// </summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Indicates that the session ends when its connection is lost.</summary>
    [Parameter]
    public SwitchParameter NoResume { get; set; }

    /// <summary>Specifies the time after which a session whose connection is lost ends, in seconds. The default is 30; the shorter time of both ends applies.</summary>
    [Parameter]
    [ValidateRange(0.001, 30 * 86400)]
    public double ReconnectTimeoutSeconds { get; set; } = DefaultResume.ReconnectTimeout.TotalSeconds;

    /// <summary>Specifies the time after which an idle session that can be resumed sends a heartbeat, in seconds. The default is 15.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400)]
    public double HeartbeatIntervalSeconds { get; set; } = DefaultResume.HeartbeatInterval.TotalSeconds;

    /// <summary>
    /// Specifies the time without a heartbeat or message of the peer after which the connection of a session that can be resumed is lost, in seconds. The
    /// default is 45.
    /// </summary>
    [Parameter]
    [ValidateRange(0.001, 86400)]
    public double HeartbeatTimeoutSeconds { get; set; } = DefaultResume.HeartbeatTimeout.TotalSeconds;

    /// <summary>Specifies the name of the room: one word of 1 to 32 letters, digits, '-', '_' or '.'.</summary>
    [Parameter(ParameterSetName = RoomSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SuggestionCompleter))]
    [AllowEmptyString]
    public string Room { get; set; } = "";

    /// <summary>Indicates that the cmdlet starts the interactive chat instead of returning the session.</summary>
    [Parameter]
    public SwitchParameter Interactive { get; set; }

    /// <summary>Gets whether the session is in a room.</summary>
    private protected bool IsRoom => ParameterSetName == RoomSet;

    private protected override string? GetRecommendedAction(ChatException exception) =>
        IsRoom && exception.Reason == ChatErrorReason.DialectNotFound ? "Specify Text or Kutztown for -Dialect." : null;

    /// <summary>Gets the dialect of the room that the parameters specify.</summary>
    /// <exception cref="ChatException">DialectNotFound.</exception>
    private protected RoomDialect GetRoomDialect() => RoomDialects.Find(_dialect.UnresolvedName ?? (Dialect ?? ChatDialect.Auto).Name);

    /// <summary>Gets the session options that the parameters specify.</summary>
    /// <param name="handle">The local handle.</param>
    /// <exception cref="ChatException">SessionNameInvalid, DialectNotFound or TranscriptFailed.</exception>
    private protected ChatOptions GetOptions(string handle) => new()
    {
        Handle = handle,
        Resume = GetResumeOptions(),
        Name = Name is null ? null : SessionRegistry.Current.ThrowIfInvalidName(Name),
        TurnOrder = TurnOrder,
        Dialect = IsRoom ? ChatDialect.Auto : GetDialect(),
        MaxMessageLength = MaxMessageLength,
        MaxHandleLength = MaxHandleLength,
        TranscriptPath = TranscriptPath is null ? null : GetFile(TranscriptPath, ChatErrorReason.TranscriptFailed),
    };

    /// <summary>Registers an open session, and returns it or runs the interactive chat in it.</summary>
    private protected void Register(ChatSession session)
    {
        SessionRegistry.Current.Add(session);
        AddModulePath(session);
        if (Interactive)
        {
            InteractiveChatRunner.Run(session, Host, StopToken);
            return;
        }
        WriteNotices(session);
        WriteObject(session);
    }

    // A member of the object and not of the type, because it is used to import the module in a runspace that does not have the type data.
    private void AddModulePath(ChatSession session)
    {
        if (MyInvocation.MyCommand.Module?.ModuleBase is { } folder)
            PSObject.AsPSObject(session).Properties.Add(new PSNoteProperty("ModulePath", System.IO.Path.Combine(folder, "PSPairChat.psd1")));
    }

    private ResumeOptions GetResumeOptions()
    {
        if (Resume && NoResume)
            throw new PSArgumentException("The parameters Resume and NoResume cannot be used together.");
        return new ResumeOptions
        {
            Mode = Resume ? ResumeMode.Always : NoResume ? ResumeMode.Never : ResumeMode.Auto,
            ReconnectTimeout = TimeSpan.FromSeconds(ReconnectTimeoutSeconds),
            HeartbeatInterval = TimeSpan.FromSeconds(HeartbeatIntervalSeconds),
            HeartbeatTimeout = TimeSpan.FromSeconds(HeartbeatTimeoutSeconds),
        };
    }

    private ChatDialect GetDialect() => _dialect.UnresolvedName is { } name ? ChatDialect.Get(name) : Dialect ?? ChatDialect.Auto;
}
