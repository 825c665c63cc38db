using System;
using System.Threading;
using PSPairChat.Sessions;

namespace PSPairChat.Terminal;

/// <summary>
/// A chat in whole lines: one is taken when something may be said, and nothing is ever redrawn. When the lines have ended, an end whose turn it is says
/// <c>\quit</c>; a server stops after that conversation.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="terminal">Where the lines come from and go to.</param>
internal sealed class LineChat(ChatSession session, ILineTerminal terminal)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan IdlePollInterval = TimeSpan.FromMilliseconds(250);

    private string? _line;          // taken, and not said yet
    private string _waiting = "";
    private bool _inputEnded;
    private bool _inputRejected;
    private bool _hadPeer;
    private bool _stopped;
    private ChatOutcome _outcome;

    /// <summary>Chats until the session, or the input, is over.</summary>
    /// <param name="cancellationToken">Ends the session and the chat at once.</param>
    public ChatOutcome Run(CancellationToken cancellationToken)
    {
        try
        {
            while (!session.IsCompleted)
            {
                var wait = ProcessInput(cancellationToken);
                if (!session.IsCompleted)
                    ReceiveNext(wait, cancellationToken);
                else
                    WriteNotices();
            }
        }
        catch (OperationCanceledException)
        {
            _outcome = ChatOutcome.Interrupted;
        }
        finally
        {
            Stop();
            WriteNotices();
        }
        if (_outcome == ChatOutcome.Finished && (_inputRejected || _line is not null || terminal.Peek(IdlePollInterval) == LineInput.Line))
            _outcome = ChatOutcome.InputNotSent;
        return _outcome;
    }

    // Gives how long to listen before the next look at the input.
    private TimeSpan ProcessInput(CancellationToken cancellationToken)
    {
        if (!ConsoleMessages.CanSend(session))
        {
            if (_hadPeer && session.Peer is null && HasInputEnded())
                Stop();
            else
                WriteWaitingStatus();
            return IdlePollInterval;
        }
        _waiting = "";
        if (_line is null && !HasInputEnded() && terminal.Peek(TimeSpan.Zero) == LineInput.Line)
        {
            _line = terminal.ReadLine(DisplayText.Sanitize(session.Handle) + "> ");
            _inputEnded = _line is null;
        }
        if (_line is not null)
        {
            Execute(_line, cancellationToken);
            return TimeSpan.Zero;
        }
        // A room is there for its members, whether or not the host has more to say.
        if (!_inputEnded || session.Role == ChatRole.Room)
            return PollInterval;
        Quit();
        return TimeSpan.Zero;
    }

    private bool HasInputEnded() => _inputEnded |= _line is null && terminal.Peek(TimeSpan.Zero) == LineInput.End;

    private void Execute(string line, CancellationToken cancellationToken)
    {
        switch (SlashCommand.Find(line))
        {
            case SlashCommand.Quit:
                _line = null;
                Quit();
                break;
            case SlashCommand.Help:
                _line = null;
                foreach (var help in SlashCommand.HelpText)
                    terminal.WriteNotice(help);
                break;
            default:
                SendLine(SlashCommand.Message(line), cancellationToken);
                break;
        }
    }

    private void SendLine(string text, CancellationToken cancellationToken)
    {
        try
        {
            if (SlashCommand.Find(text) == SlashCommand.Quit)
                throw new ChatException(ChatErrorReason.MessageInvalid, ConsoleMessages.QuitNotAllowed);
            var answer = RoomSlashCommand.Send(session, text, cancellationToken);
            _line = null;
            if (answer is not null)
                terminal.WriteNotice(answer);
        }
        catch (ChatException e) when (ChatOperations.IsInputRejected(e))
        {
            _line = null;
            _inputRejected = true;
            terminal.WriteNotice(e.Message);
        }
        catch (ChatException)
        {
            // The peer has gone meanwhile; what is heard next tells why. A server's line waits for the next client.
        }
    }

    private void Quit()
    {
        if (session.Role == ChatRole.Room)
            Stop();
        else
            session.Disconnect();
        WriteNotices();
    }

    private void Stop()
    {
        _stopped = true;
        session.Dispose();
    }

    private void ReceiveNext(TimeSpan wait, CancellationToken cancellationToken)
    {
        var message = ChatOperations.Receive(session, wait, cancellationToken);
        WriteNotices();
        if (message is not null)
            terminal.WriteMessage(message.ToString());
    }

    private void WriteNotices()
    {
        while (session.TryDequeueNotice(out var notice))
        {
            if (notice.Kind is not (ChatNoticeKind.Presence or ChatNoticeKind.Warning))
                continue;
            terminal.WriteNotice(ConsoleMessages.FormatNotice(notice));
            _hadPeer |= notice.Change != PresenceChange.None;
            if (notice.Change != PresenceChange.Departure || _stopped)
                continue;
            _outcome = ConsoleMessages.GetOutcome(session);
            if (session.Role == ChatRole.Client || session.IsCompleted)
                continue;
            if (HasInputEnded())
                Stop();
            else
                terminal.WriteNotice(ConsoleMessages.FormatListening(session));
        }
    }

    private void WriteWaitingStatus()
    {
        var waiting = ConsoleMessages.FormatWaiting(session);
        if (waiting == _waiting)
            return;
        _waiting = waiting;
        terminal.WriteWaiting(waiting);
    }
}
