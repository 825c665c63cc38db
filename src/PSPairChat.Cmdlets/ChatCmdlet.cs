using System;
using System.Management.Automation;
using System.Threading;
using PSPairChat.Rooms;
using PSPairChat.Transport;

namespace PSPairChat.Cmdlets;

/// <summary>What the cmdlets have in common: stopping, errors, notices and waiting.</summary>
public abstract class ChatCmdlet : PSCmdlet, IDisposable
{
    // So often a wait comes up for air: to tell what has happened meanwhile.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(250);

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
            Process();
        }
        catch (Exception e) when (IsOurs(e))
        {
            Fail(e);
        }
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        try
        {
            Finish();
        }
        catch (Exception e) when (IsOurs(e))
        {
            Fail(e);
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>What the cmdlet does for each input.</summary>
    private protected abstract void Process();

    /// <summary>What it does after the last input.</summary>
    private protected virtual void Finish()
    {
    }

    /// <summary>What an error is about.</summary>
    private protected virtual object? Target => null;

    /// <summary>Finds the session that <c>-Session</c> means.</summary>
    private protected ChatSession Find(ChatSessionReference? reference)
    {
        var session = SessionTable.Current.Find(reference);
        session.TraceFrames = MyInvocation.BoundParameters.ContainsKey("Debug");
        return session;
    }

    /// <summary>Takes a session for the room that it is, or is in.</summary>
    /// <exception cref="ChatException">NoPeer.</exception>
    private protected static IRoom AsRoom(ChatSession session) => session as IRoom
        ?? throw new ChatException(ChatErrorReason.NoPeer, $"The session {session.Name} is a conversation of two, and no room.");

    /// <summary>Writes an error; ends the pipeline where nothing can follow.</summary>
    private protected void Report(ChatException exception, object? target)
    {
        var record = ChatErrors.Record(exception, target);
        if (ChatErrors.IsFinal(exception.Reason))
            ThrowTerminatingError(record);
        WriteError(record);
    }

    /// <summary>Tells what has happened in a session since the last time: to the information, verbose and debug streams.</summary>
    private protected void TellNotices(ChatSession session)
    {
        while (session.TryTakeNotice(out var notice))
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
    /// <param name="wanted">Tells what is wanted; null for whatever comes.</param>
    /// <param name="begun">Whether this goes on with a wait that began while the session was open: that it has been closed since is an ending and no error.</param>
    private protected ReceiveResult Await(
        ChatSession session, double? timeoutSeconds, bool waitOnOwnTurn, Predicate<ChatMessage>? wanted = null, bool begun = false)
    {
        var deadline = Deadline.After(Seconds(timeoutSeconds));
        WaitProgress? progress = null;
        try
        {
            while (true)
            {
                var result = session.TryReceive(
                    wanted, TimeSpan.FromMilliseconds(deadline.Milliseconds((int)Breath.TotalMilliseconds)), waitOnOwnTurn, StopToken);
                TellNotices(session);
                if (result.Outcome != ReceiveOutcome.TimedOut || deadline.HasPassed)
                {
                    progress?.Hide();
                    return result;
                }
                (progress ??= new WaitProgress(this, $"Waiting for a message: {SessionText.Describe(session)}")).Show();
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

    private void Fail(Exception exception)
    {
        if (exception is not ChatException e)
            throw new PipelineStoppedException();
        Report(e, Target);
    }

    private static bool IsOurs(Exception exception) => exception is ChatException or OperationCanceledException;
}
