using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>The base class of the cmdlets that close sessions or their conversations.</summary>
public abstract class CloseSessionCmdlet : ChatCmdlet
{
    private NamedArgument<ChatSession[]> _session;

    /// <summary>Specifies the sessions, their Ids, or their Names. By default, the session that was opened last.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ChatSessionArrayTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ChatSession[]? Session
    {
        get => _session.Value;
        set => _session = NamedArgument<ChatSession[]>.Bind(value);
    }

    /// <summary>Indicates that the cmdlet returns the sessions.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? ErrorTarget => SessionArgument.GetErrorTarget(_session);

    private protected sealed override void ProcessRecordCore()
    {
        foreach (var session in SessionArgument.Get(_session, () => [GetDefault()]))
        {
            try
            {
                Process(session);
            }
            catch (ChatException e)
            {
                WriteChatError(e, session);
            }
        }
    }

    /// <summary>Gets the session if none is specified.</summary>
    /// <exception cref="ChatException">SessionNotFound.</exception>
    private protected abstract ChatSession GetDefault();

    /// <summary>Throws an exception if the cmdlet does not apply to a session.</summary>
    /// <exception cref="ChatException">NotAServer.</exception>
    private protected virtual void ThrowIfInvalid(ChatSession session)
    {
    }

    /// <summary>Closes a session or its conversation.</summary>
    private protected abstract void Close(ChatSession session);

    private void Process(ChatSession session)
    {
        ThrowIfInvalid(session);
        if (!ShouldProcess(SessionDescription.Format(session), MyInvocation.MyCommand.Name.Split('-')[0]))
            return;
        Close(session);
        WriteNotices(session);
        if (PassThru)
            WriteObject(session);
    }
}
