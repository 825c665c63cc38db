using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using PSPairChat.Rooms;
using PSPairChat.Sessions;

namespace PSPairChat.Terminal;

/// <summary>
/// Runs a chat on one thread: alternates between the input and the session, executes what is typed, and writes messages and notices until the session ends.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="canDetach">Whether a command leaves the chat and keeps the session.</param>
internal abstract class ChatLoop(ChatSession session, bool canDetach)
{
    /// <summary>The time that the loop waits for a message before it polls the input again.</summary>
    protected static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    // The time without an answer after which the chat shows that the server may be busy.
    private static readonly TimeSpan UnansweredTimeout = TimeSpan.FromSeconds(3);

    private readonly Stopwatch _unanswered = new();
    private ChatOutcome _outcome;
    private bool _stopped;

    protected ChatSession Session => session;

    /// <summary>Gets the commands that apply in the session.</summary>
    protected SlashCommands Commands { get; } = new(session, canDetach);

    /// <summary>Gets the prompt: the local handle.</summary>
    protected string Prompt => DisplayText.Sanitize(session.Handle) + "> ";

    /// <summary>Gets whether the session can send a message now.</summary>
    protected bool CanSend => session.State != ChatSessionState.Reconnecting && session.CurrentTurn switch
    {
        ChatTurn.Mine => true,
        ChatTurn.Free => session.Role == ChatRole.Room || session.CurrentPeer is not null,
        _ => false,
    };

    /// <summary>Gets whether Ctrl+C or a cancellation ended the chat.</summary>
    protected bool IsInterrupted { get; private set; }

    /// <summary>Gets whether the user has left the chat and keeps the session.</summary>
    protected bool IsDetached { get; private set; }

    /// <summary>Runs the chat until the session or the input ends; the session is then closed, unless the user has detached from it.</summary>
    /// <param name="cancellationToken">Closes the session, as Ctrl+C does.</param>
    public ChatOutcome Run(CancellationToken cancellationToken)
    {
        try
        {
            while (!session.IsCompleted && !IsDetached)
            {
                var timeout = ProcessInput(cancellationToken);
                var message = session.IsCompleted || IsDetached ? null : Receive(timeout, cancellationToken);
                WriteNotices();
                if (message is not null)
                    WriteMessage(message.ToString());
            }
        }
        catch (OperationCanceledException)
        {
            Interrupt();
        }
        finally
        {
            if (!IsDetached)
                Stop();
            WriteNotices();
            OnEnded();
        }
        return GetOutcome();
    }

    /// <summary>Processes the input that is available.</summary>
    /// <returns>The time to wait for a message before the next call.</returns>
    protected abstract TimeSpan ProcessInput(CancellationToken cancellationToken);

    protected abstract void WriteMessage(string line);

    protected abstract void WriteNotice(string text);

    /// <summary>Called when a command was recognized or a message was sent.</summary>
    protected abstract void OnInputAccepted(string text);

    /// <summary>Called when a message was rejected.</summary>
    protected abstract void OnInputRejected(string reason);

    /// <summary>Called when the host of a room types <c>\quit</c>.</summary>
    protected abstract void OnRoomQuit();

    /// <summary>Called when a conversation of a server has ended and the server accepts the next client.</summary>
    protected virtual void OnClientDisconnected()
    {
        WriteNotice(ConsoleMessages.FormatListening(session));
        // The next client needs an invite as the last one did.
        if (SessionInvites.Find(session) is { } invites && invites.GetAll().Length == 0)
            WriteInvite();
    }

    /// <summary>Called when the session has ended and its notices are written.</summary>
    protected virtual void OnEnded()
    {
    }

    protected virtual ChatOutcome GetOutcome() => IsDetached ? ChatOutcome.Detached : IsInterrupted ? ChatOutcome.Interrupted : _outcome;

    private void WriteInvite()
    {
        foreach (var line in SessionInvites.Create(session)!.Split('\n'))
            WriteNotice(line);
    }

    /// <summary>Executes a line as a command, or sends it.</summary>
    protected void Execute(string line, CancellationToken cancellationToken)
    {
        var command = Commands.Parse(line);
        switch (command.Kind)
        {
            case SlashCommandKind.Quit:
                OnInputAccepted(line);
                Quit();
                break;
            case SlashCommandKind.Help:
                OnInputAccepted(line);
                foreach (var help in Commands.GetHelp())
                    WriteNotice(help);
                break;
            case SlashCommandKind.Detach:
                OnInputAccepted(line);
                Detach();
                break;
            case SlashCommandKind.Invite:
                OnInputAccepted(line);
                WriteInvite();
                break;
            case SlashCommandKind.ListMembers:
                OnInputAccepted(line);
                session.Refresh();
                WriteNotices();
                WriteNotice(ConsoleMessages.FormatMembers(new[] { session.Handle }.Concat(((IRoomSession)session).Members.Select(m => m.Handle))));
                break;
            case SlashCommandKind.Invalid:
                OnInputRejected(command.Text);
                break;
            default:
                Send(command, line, cancellationToken);
                break;
        }
    }

    /// <summary>Leaves the chat and keeps the session, if that is possible.</summary>
    protected void Detach()
    {
        IsDetached = canDetach;
        if (canDetach)
            WriteNotice(ConsoleMessages.FormatDetached(session));
    }

    /// <summary>Formats what the session waits for.</summary>
    protected string FormatWaiting()
    {
        if (!session.IsUnanswered)
            _unanswered.Reset();
        else if (!_unanswered.IsRunning)
            _unanswered.Start();
        return ConsoleMessages.FormatWaiting(session, _unanswered.Elapsed >= UnansweredTimeout);
    }

    /// <summary>Leaves the conversation.</summary>
    protected void Quit()
    {
        if (session.Role == ChatRole.Room)
            OnRoomQuit();
        else if (session.Role == ChatRole.Server && session.CurrentPeer is null)
            WriteNotice(ConsoleMessages.NoClientConnected);
        else
            session.Disconnect();
        WriteNotices();
    }

    protected void Interrupt()
    {
        IsInterrupted = true;
        Stop();
    }

    /// <summary>Closes the session.</summary>
    protected void Stop()
    {
        if (_stopped)
            return;
        _stopped = true;
        // Before the session is closed: that changes the close reason of a server.
        _outcome = session.CloseReason switch
        {
            ChatCloseReason.PeerDisconnected or ChatCloseReason.ProtocolError or ChatCloseReason.TimedOut => ChatOutcome.ConnectionLost,
            ChatCloseReason.Stopped => ChatOutcome.Interrupted,
            _ => ChatOutcome.Finished,
        };
        session.Dispose();
    }

    private void Send(SlashCommand command, string line, CancellationToken cancellationToken)
    {
        if (command.Text.TrimEnd() == TurnTracker.QuitCommand)
        {
            OnInputRejected(ConsoleMessages.QuitNotAllowed);
            return;
        }
        try
        {
            if (command.Kind == SlashCommandKind.PrivateMessage)
                ((IRoomSession)session).Send(command.Text, command.Handle, cancellationToken);
            else
                session.Send(command.Text, cancellationToken);
            OnInputAccepted(command.Kind == SlashCommandKind.PrivateMessage ? line : command.Text);
        }
        catch (ChatException e) when (IsInputError(e))
        {
            OnInputRejected(e.Message);
        }
        catch (ChatException)
        {
            // The conversation ended in the meantime. The input is kept, and the next receive reports the reason.
        }
    }

    private ChatMessage? Receive(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var result = session.TryReceive(timeout, waitOnOwnTurn: true, cancellationToken);
            if (result.Error is { Reason: ChatErrorReason.RoomRequired or ChatErrorReason.LineTooLong or ChatErrorReason.ProtocolViolation } error)
                WriteNotice(error.Message);
            return result.Message;
        }
        catch (ChatException e) when (e.Reason == ChatErrorReason.SessionClosed)
        {
            // Another thread closed the session; the loop ends.
            return null;
        }
    }

    private void WriteNotices()
    {
        while (session.TryDequeueNotice(out var notice))
        {
            if (notice.Kind is not (ChatNoticeKind.Presence or ChatNoticeKind.Warning))
                continue;
            WriteNotice(ConsoleMessages.FormatNotice(notice));
            if (notice.Change == PresenceChange.Departure && session.Role == ChatRole.Server && !session.IsCompleted)
                OnClientDisconnected();
        }
    }

    private static bool IsInputError(ChatException exception) => exception.Reason
        is ChatErrorReason.MessageEmpty or ChatErrorReason.MessageTooLong or ChatErrorReason.MessageInvalid
        or ChatErrorReason.MemberNotFound or ChatErrorReason.HandleInvalid;
}
