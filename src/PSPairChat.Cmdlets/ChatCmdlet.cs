using System;
using System.Management.Automation;
using System.Threading;
using PSPairChat.Rooms;
using PSPairChat.Connections;

namespace PSPairChat.Cmdlets;

/// <summary>What the cmdlets have in common: stopping, errors, notices and waiting.</summary>
public abstract class ChatCmdlet : PSCmdlet, IDisposable
{
    // So often a wait comes up for air: to tell what has happened meanwhile.
    private static readonly TimeSpan NoticeInterval = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stop = new();

    /// <summary>Cancelled by Ctrl+C, and when the pipeline has no more use for the cmdlet.</summary>
    private protected CancellationToken StopToken => _stop.Token;

    /// <summary>Called by PowerShell when the pipeline is done with the cmdlet; after <c>Select-Object -First</c> nothing else is.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        try
        {
            ProcessInput();
        }
        catch (Exception e) when (IsExpected(e))
        {
            HandleException(e);
        }
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        try
        {
            ProcessEnd();
        }
        catch (Exception e) when (IsExpected(e))
        {
            HandleException(e);
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>What the cmdlet does for each input.</summary>
    private protected abstract void ProcessInput();

    /// <summary>What it does after the last input.</summary>
    private protected virtual void ProcessEnd()
    {
    }

    /// <summary>What an error is about.</summary>
    private protected virtual object? Target => null;

    /// <summary>Finds the session that <c>-Session</c> means.</summary>
    private protected ChatSession ResolveSession(ChatSessionReference? reference)
    {
        var session = SessionRegistry.Current.Find(reference);
        session.TraceFrames = MyInvocation.BoundParameters.ContainsKey("Debug");
        return session;
    }

    /// <summary>Takes a session for the room that it is, or is in.</summary>
    /// <exception cref="ChatException">NoPeer.</exception>
    private protected static IRoomSession AsRoom(ChatSession session) => session as IRoomSession
        ?? throw new ChatException(ChatErrorReason.NoPeer, $"The session {session.Name} is a conversation of two, and no room.");

    /// <summary>Writes an error; ends the pipeline where nothing can follow.</summary>
    private protected void WriteChatError(ChatException exception, object? target)
    {
        var record = ErrorRecordFactory.Create(exception, target);
        if (ErrorRecordFactory.IsTerminating(exception.Reason))
            ThrowTerminatingError(record);
        WriteError(record);
    }

    /// <summary>Tells what has happened in a session since the last time: to the information, verbose and debug streams.</summary>
    private protected void WriteNotices(ChatSession session)
    {
        while (session.TryDequeueNotice(out var notice))
        {
            switch (notice.Kind)
            {
                case ChatNoticeKind.Presence:
                    WriteInformation(notice, ["PSPairChat"]);
                    break;
                case ChatNoticeKind.Warning:
                    WriteWarning(notice.Text);
                    break;
                case ChatNoticeKind.Lifecycle:
                    WriteVerbose(notice.Text);
                    break;
                default:
                    WriteDebug(notice.Text);
                    break;
            }
        }
    }

    /// <summary>Waits for a message and tells what happens meanwhile.</summary>
    /// <param name="session">The session.</param>
    /// <param name="timeoutSeconds">How long; null for ever.</param>
    /// <param name="waitOnOwnTurn">Whether to wait even though it is our turn to speak.</param>
    /// <param name="predicate">Tells what is wanted; null for whatever comes.</param>
    /// <param name="begun">Whether this goes on with a wait that began while the session was open: that it has been closed since is an ending and no error.</param>
    private protected ReceiveResult ReceiveWithNotices(
        ChatSession session, double? timeoutSeconds, bool waitOnOwnTurn, Predicate<ChatMessage>? predicate = null, bool begun = false)
    {
        var deadline = Deadline.After(Seconds(timeoutSeconds));
        WaitProgress? progress = null;
        try
        {
            while (true)
            {
                var result = session.TryReceive(
                    predicate, TimeSpan.FromMilliseconds(deadline.RemainingMilliseconds((int)NoticeInterval.TotalMilliseconds)), waitOnOwnTurn, StopToken);
                WriteNotices(session);
                if (result.Outcome != ReceiveOutcome.TimedOut || deadline.HasPassed)
                {
                    progress?.Hide();
                    return result;
                }
                (progress ??= new WaitProgress(this, $"Waiting for a message: {SessionDescription.Describe(session)}")).Show();
                begun = true;
            }
        }
        catch (ChatException e) when (begun && e.Reason == ChatErrorReason.SessionClosed)
        {
            return new ReceiveResult(ReceiveOutcome.Ended);
        }
    }

    /// <summary>Seconds as a time; null for no limit.</summary>
    private protected static TimeSpan? Seconds(double? seconds) => seconds is { } s ? TimeSpan.FromTicks((long)(s * TimeSpan.TicksPerSecond)) : null;

    /// <summary>The file that a path of PowerShell means.</summary>
    /// <exception cref="ChatException">The reason given: it is no path of a file.</exception>
    private protected string FilePath(string path, ChatErrorReason reason)
    {
        var file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        return provider.Name == "FileSystem" ? file : throw new ChatException(reason, $"'{path}' is not in a file system.");
    }

    private void HandleException(Exception exception)
    {
        if (exception is not ChatException e)
            throw new PipelineStoppedException();
        WriteChatError(e, Target);
    }

    private static bool IsExpected(Exception exception) => exception is ChatException or OperationCanceledException;
}
