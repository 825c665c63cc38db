using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>What the cmdlets that open a session have in common.</summary>
public abstract class OpenSessionCommand : ChatCmdlet
{
    private protected const string PairSet = "Pair";
    private protected const string RoomSet = "Room";

    /// <summary>Whether the pair takes turns.</summary>
    [Parameter(ParameterSetName = PairSet)]
    public TurnOrder TurnOrder { get; set; }

    /// <summary>How to talk: a dialect or its name. Auto finds it out. In a room: Text or Kutztown.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DialectCompleter))]
    public ChatDialectReference Dialect { get; set; } = new(ChatDialect.Auto);

    /// <summary>The most characters that a message of ours may have.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int MaxMessageLength { get; set; } = ChatOptions.DefaultMaxMessageLength;

    /// <summary>The most characters that our handle may have.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int MaxHandleLength { get; set; } = ChatOptions.DefaultMaxHandleLength;

    /// <summary>A friendly name for the session.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The file to which messages and notices are appended as JSON Lines.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TranscriptPath { get; set; }

    /// <summary>The name of the room: one word of 1 to 32 letters, digits, '-', '_' or '.'.</summary>
    [Parameter(ParameterSetName = RoomSet, Mandatory = true)]
    [AllowEmptyString]
    public string Room { get; set; } = "";

    /// <summary>Whether to chat at the prompt at once, instead of giving the session.</summary>
    [Parameter]
    public SwitchParameter Interactive { get; set; }

    private protected RoomDialect RoomDialect => Dialect.FindForRoom();

    private protected ChatOptions Options(string handle) => new()
    {
        Handle = handle,
        Name = Name,
        TurnOrder = TurnOrder,
        Dialect = ParameterSetName == RoomSet ? ChatDialect.Auto : Dialect.Find(),
        MaxMessageLength = MaxMessageLength,
        MaxHandleLength = MaxHandleLength,
        TranscriptPath = TranscriptPath is null ? null : FilePath(TranscriptPath, ChatErrorReason.TranscriptFailed),
    };

    /// <summary>Takes the session in and gives it out, or chats in it.</summary>
    private protected void Open(ChatSession session)
    {
        SessionRegistry.Current.Add(session);
        if (Interactive)
        {
            SessionChat.Run(session, Host, StopToken);
            return;
        }
        WriteNotices(session);
        WriteObject(session);
    }
}
