using System;
using System.Threading;

namespace PSPairChat.Terminal;

/// <summary>
/// A chat in whole lines: one is taken when something may be said, and nothing is ever redrawn. When the lines have ended, an end whose turn it is says
/// <c>\quit</c>; a server stops after that conversation.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="terminal">Where the lines come from and go to.</param>
internal sealed class LineChat(ChatSession session, ILineTerminal terminal)
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongSlice = TimeSpan.FromMilliseconds(250);

    private string? _line;          // taken, and not said yet
    private string _waiting = "";
    private bool _inputEnded;
    private bool _refused;
    private bool _hadPeer;
    private bool _stopped;
    private ChatOutcome _end;

    /// <summary>Chats until the session, or the input, is over.</summary>
    /// <param name="cancellationToken">Ends the session and the chat at once.</param>
    public ChatOutcome Run(CancellationToken cancellationToken)
    {
        try
        {
            while (!session.IsOver)
            {
                var wait = TakeTurn(cancellationToken);
                if (!session.IsOver)
                    Listen(wait, cancellationToken);
                else
                    TellNotices();
            }
        }
        catch (OperationCanceledException)
        {
            _end = ChatOutcome.Interrupted;
        }
        finally
        {
            Stop();
            TellNotices();
        }
        if (_end == ChatOutcome.Finished && (_refused || _line is not null || terminal.Peek(LongSlice) == LineInput.Line))
            _end = ChatOutcome.LeftUnsaid;
        return _end;
    }

    // Gives how long to listen before the next look at the input.
    private TimeSpan TakeTurn(CancellationToken cancellationToken)
    {
        if (!ChatSentences.MaySpeak(session))
        {
            if (_hadPeer && session.Peer is null && HasInputEnded())
                Stop();
            else
                TellWaiting();
            return LongSlice;
        }
        _waiting = "";
        if (_line is null && !HasInputEnded() && terminal.Peek(TimeSpan.Zero) == LineInput.Line)
        {
            _line = terminal.ReadLine(DisplayText.Safe(session.Handle) + "> ");
            _inputEnded = _line is null;
        }
        if (_line is not null)
        {
            Obey(_line, cancellationToken);
            return TimeSpan.Zero;
        }
        // A room is there for its members, whether or not the host has more to say.
        if (!_inputEnded || session.Role == ChatRole.Room)
            return Slice;
        Leave();
        return TimeSpan.Zero;
    }

    private bool HasInputEnded() => _inputEnded |= _line is null && terminal.Peek(TimeSpan.Zero) == LineInput.End;

    private void Obey(string line, CancellationToken cancellationToken)
    {
        switch (LocalCommand.Find(line))
        {
            case LocalCommand.Quit:
                _line = null;
                Leave();
                break;
            case LocalCommand.Help:
                _line = null;
                foreach (var help in LocalCommand.HelpText)
                    terminal.WriteNotice(help);
                break;
            default:
                Say(LocalCommand.Message(line), cancellationToken);
                break;
        }
    }

    private void Say(string text, CancellationToken cancellationToken)
    {
        try
        {
            if (LocalCommand.Find(text) == LocalCommand.Quit)
                throw new ChatException(ChatErrorReason.MessageInvalid, ChatSentences.CannotSayQuit);
            var answer = RoomCommand.Say(session, text, cancellationToken);
            _line = null;
            if (answer is not null)
                terminal.WriteNotice(answer);
        }
        catch (ChatException e) when (ChatSteps.IsRefusal(e))
        {
            _line = null;
            _refused = true;
            terminal.WriteNotice(e.Message);
        }
        catch (ChatException)
        {
            // The peer has gone meanwhile; what is heard next tells why. A server's line waits for the next client.
        }
    }

    private void Leave()
    {
        if (session.Role == ChatRole.Room)
            Stop();
        else
            session.Disconnect();
        TellNotices();
    }

    private void Stop()
    {
        _stopped = true;
        session.Dispose();
    }

    private void Listen(TimeSpan wait, CancellationToken cancellationToken)
    {
        var message = ChatSteps.Hear(session, wait, cancellationToken);
        TellNotices();
        if (message is not null)
            terminal.WriteMessage(message.ToString());
    }

    private void TellNotices()
    {
        while (session.TryTakeNotice(out var notice))
        {
            if (notice.Kind is not (ChatNoticeKind.Presence or ChatNoticeKind.Warning))
                continue;
            terminal.WriteNotice(ChatSentences.Tell(notice));
            _hadPeer |= notice.Change != PresenceChange.None;
            if (notice.Change != PresenceChange.Departure || _stopped)
                continue;
            _end = ChatSentences.End(session);
            if (session.Role == ChatRole.Client || session.IsOver)
                continue;
            if (HasInputEnded())
                Stop();
            else
                terminal.WriteNotice(ChatSentences.Listening(session));
        }
    }

    private void TellWaiting()
    {
        var waiting = ChatSentences.Waiting(session);
        if (waiting == _waiting)
            return;
        _waiting = waiting;
        terminal.WriteWaiting(waiting);
    }
}
