using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using PSPairChat.Connections;

namespace PSPairChat.Cmdlets;

/// <summary>The base class of all cmdlets: cancellation, error records, notices, and waiting for messages.</summary>
public abstract class ChatCmdlet : PSCmdlet, IDisposable
{
    // The interval at which a wait writes pending notices.
    private static readonly TimeSpan NoticeInterval = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stop = new();
    private bool _isPipelineEnded;

    /// <summary>Gets the token that is canceled by Ctrl+C, and when the pipeline needs no more output of the cmdlet.</summary>
    private protected CancellationToken StopToken => _stop.Token;

    /// <summary>Gets the target object of an error.</summary>
    private protected virtual object? ErrorTarget => null;

    /// <summary>Stops the cmdlet. After <c>Select-Object -First</c>, PowerShell calls only this method.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        if (!_isPipelineEnded)
            Run(ProcessRecordCore);
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Run(EndProcessingCore);

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>Processes one input object.</summary>
    private protected abstract void ProcessRecordCore();

    /// <summary>Runs after the last input object.</summary>
    private protected virtual void EndProcessingCore()
    {
    }

    /// <summary>Gets the recommended action for an error that the default of its reason does not fit; null for the default.</summary>
    private protected virtual string? GetRecommendedAction(ChatException exception) => null;

    /// <summary>Creates the error record of an exception.</summary>
    private protected ErrorRecord CreateErrorRecord(ChatException exception, object? target) =>
        ErrorRecordFactory.Create(exception, target, GetRecommendedAction(exception));

    /// <summary>Gets whether the remaining input objects cannot be processed after an error.</summary>
    private protected virtual bool EndsPipeline(ChatException exception) => false;

    /// <summary>Writes a non-terminating error.</summary>
    private protected void WriteChatError(ChatException exception, object? target)
    {
        _isPipelineEnded = EndsPipeline(exception);
        WriteError(CreateErrorRecord(exception, target));
    }

    /// <summary>Writes the pending notices of a session to the information, warning, verbose, and debug streams.</summary>
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

    /// <summary>Waits for a message, and writes notices in the meantime.</summary>
    /// <param name="session">The session.</param>
    /// <param name="timeoutSeconds">The time limit in seconds; null for no limit.</param>
    /// <param name="waitOnOwnTurn">Whether to wait although it is the turn of the local side to send.</param>
    /// <param name="predicate">The condition that the message meets; null for any message.</param>
    /// <param name="isContinued">Whether the session was open when the cmdlet began to wait; then a closed session is an end and not an error.</param>
    private protected ReceiveResult ReceiveWithNotices(
        ChatSession session, double? timeoutSeconds, bool waitOnOwnTurn, Predicate<ChatMessage>? predicate = null, bool isContinued = false)
    {
        try
        {
            return WaitWithNotices(
                [session],
                Deadline.After(ToTimeSpan(timeoutSeconds)),
                $"Waiting for a message: {SessionDescription.Format(session)}",
                wait =>
                {
                    var result = session.TryReceive(predicate, wait, waitOnOwnTurn, StopToken);
                    isContinued = true;
                    return result;
                });
        }
        catch (ChatException e) when (isContinued && e.Reason == ChatErrorReason.SessionClosed)
        {
            return new ReceiveResult(ReceiveOutcome.Ended);
        }
    }

    /// <summary>Waits for a message, and writes notices in the meantime.</summary>
    /// <param name="sessions">The sessions.</param>
    /// <param name="deadline">The time limit.</param>
    /// <param name="activity">The title of the progress bar.</param>
    /// <param name="tryReceive">Waits for a message within a time limit.</param>
    private protected ReceiveResult WaitWithNotices(
        IReadOnlyList<ChatSession> sessions, Deadline deadline, string activity, Func<TimeSpan, ReceiveResult> tryReceive)
    {
        WaitProgress? progress = null;
        while (true)
        {
            var result = tryReceive(TimeSpan.FromMilliseconds(deadline.RemainingMilliseconds((int)NoticeInterval.TotalMilliseconds)));
            foreach (var session in sessions)
                WriteNotices(session);
            if (result.Outcome != ReceiveOutcome.TimedOut || deadline.HasPassed)
            {
                progress?.Complete();
                return result;
            }
            (progress ??= new WaitProgress(this, activity)).Update();
        }
    }

    /// <summary>Converts seconds to a time span; null stays null.</summary>
    private protected static TimeSpan? ToTimeSpan(double? seconds) => seconds is { } s ? TimeSpan.FromTicks((long)(s * TimeSpan.TicksPerSecond)) : null;

    /// <summary>Gets the file that a PowerShell path specifies literally.</summary>
    /// <exception cref="ChatException">The path is not a file system path; the reason is <paramref name="reason"/>.</exception>
    private protected string GetFile(string path, ChatErrorReason reason)
    {
        var file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        ThrowIfNotFileSystem(provider, path, reason);
        return file;
    }

    /// <summary>Gets the files that an argument of a Path or LiteralPath parameter specifies.</summary>
    /// <exception cref="ChatException">PathNotFound.</exception>
    private protected IReadOnlyList<string> GetFiles(string path, bool isLiteral)
    {
        if (isLiteral)
            return [GetFile(path, ChatErrorReason.PathNotFound)];
        try
        {
            var files = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out var provider);
            ThrowIfNotFileSystem(provider, path, ChatErrorReason.PathNotFound);
            return files.Count > 0 ? files : throw new ChatException(ChatErrorReason.PathNotFound, $"No file matches the path '{path}'.")
            {
                RecommendedAction = "Specify the path of an existing file; use -LiteralPath if it contains brackets.",
            };
        }
        catch (SessionStateException e)
        {
            throw new ChatException(ChatErrorReason.PathNotFound, e.Message, e);
        }
    }

    /// <summary>Creates the exception for a file that cannot be read.</summary>
    private protected static ChatException CreateReadException(string path, Exception cause) => cause is UnauthorizedAccessException
        ? new(ChatErrorReason.PermissionDenied, $"Access to the file '{path}' is denied.", cause) { RecommendedAction = "Specify a file that you have the permission to read." }
        : new(ChatErrorReason.PathNotFound, $"Failed to read the file '{path}': {cause.Message}", cause);

    private static void ThrowIfNotFileSystem(ProviderInfo provider, string path, ChatErrorReason reason)
    {
        if (provider.Name != "FileSystem")
            throw new ChatException(reason, $"The path '{path}' is not a file system path.");
    }

    private void Run(Action process)
    {
        try
        {
            process();
        }
        catch (ChatException e)
        {
            WriteChatError(e, ErrorTarget);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }
}
