using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>What the cmdlets that open a session have in common.</summary>
public abstract class OpenSessionCommand : ChatCmdlet
{
    /// <summary>Whether the pair takes turns.</summary>
    [Parameter]
    public TurnOrder TurnOrder { get; set; }

    /// <summary>How to talk: a dialect or its name. Auto finds it out.</summary>
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

    private protected ChatOptions Options(string handle) => new()
    {
        Handle = handle,
        Name = Name,
        TurnOrder = TurnOrder,
        Dialect = Dialect.Find(),
        MaxMessageLength = MaxMessageLength,
        MaxHandleLength = MaxHandleLength,
    };

    /// <summary>Takes the session in and gives it out.</summary>
    private protected void Open(ChatSession session)
    {
        SessionTable.Current.Add(session);
        TellNotices(session);
        WriteObject(session);
    }
}
