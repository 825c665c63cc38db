using System;
using System.Collections.Generic;
using System.Threading;
using PSPairChat.Conversation;

namespace PSPairChat.Terminal;

/// <summary>
/// A chat at a terminal. One thread looks at the keys and at the session in turn, so nothing is ever left waiting in either. The prompt is there when
/// something may be said; what is typed before that is kept, and a whole line of it is offered when the turn comes, never said unseen.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="terminal">The terminal.</param>
internal sealed class InteractiveChat(ChatSession session, IChatTerminal terminal)
{
    private const int CounterBelow = 50;
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(20);

    private readonly ChatScreen _screen = new(terminal);
    private readonly LineEditor _editor = new();
    private readonly Queue<string> _ahead = new();      // whole lines typed out of turn
    private bool _mayHaveSpoken;
    private bool _interrupted;

    /// <summary>Chats until the session is over. What was opened stays the caller's, but for Ctrl+C and a cancellation, which end it.</summary>
    /// <param name="cancellationToken">Ends the chat as Ctrl+C does.</param>
    public ChatOutcome Run(CancellationToken cancellationToken)
    {
        try
        {
            while (!session.IsOver)
            {
                Show();
                while (!session.IsOver && terminal.TryReadKey(TimeSpan.Zero, out var key))
                    Press(key, cancellationToken);
                if (session.IsOver)
                    break;
                Show();
                Listen(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Interrupt();
        }
        finally
        {
            TellNotices();
            TellUnsaid();
            _screen.Close();
        }
        return _interrupted ? ChatOutcome.Interrupted : ChatSentences.End(session);
    }

    /// <summary>Prints a line before the chat begins.</summary>
    public void Print(string line) => _screen.Print(line);

    private void Show()
    {
        var maySpeak = ChatSentences.MaySpeak(session);
        if (maySpeak && !_mayHaveSpoken)
            OfferAhead();
        _mayHaveSpoken = maySpeak;
        if (maySpeak)
            _screen.Show(DisplayText.Safe(session.Handle) + "> ", ScreenStyle.Strong, _editor, Counter());
        else
            _screen.Show(ChatSentences.Waiting(session) + (_editor.Text.Length > 0 ? " " : ""), ScreenStyle.Quiet, _editor);
    }

    private string Counter()
    {
        var left = session.Options.MaxMessageLength - MessageRule.Length(LocalCommand.Message(_editor.Text));
        return _editor.Text.Length == 0 || left >= CounterBelow ? "" : left >= 0 ? $"({left} left)" : $"({-left} too many)";
    }

    private void OfferAhead()
    {
        if (_ahead.Count == 0)
            return;
        if (_editor.Text.Length > 0)
            _ahead.Enqueue(_editor.Text);
        _editor.Offer(_ahead.Dequeue());
    }

    private void Press(TerminalKey key, CancellationToken cancellationToken)
    {
        switch (key.Kind)
        {
            case TerminalKeyKind.Interrupt:
                Interrupt();
                break;
            case TerminalKeyKind.EndOfInput when _editor.Text.Length == 0:
                Leave();
                break;
            case TerminalKeyKind.Enter:
                Enter(cancellationToken);
                break;
            case TerminalKeyKind.Clear:
                _screen.Clear();
                break;
            default:
                _editor.Edit(key);
                break;
        }
    }

    private void Enter(CancellationToken cancellationToken)
    {
        var line = _editor.Text;
        switch (LocalCommand.Find(line))
        {
            case LocalCommand.Quit:
                Keep(line);
                Leave();
                break;
            case LocalCommand.Help:
                Keep(line);
                foreach (var help in LocalCommand.HelpText)
                    _screen.Print(help, ScreenStyle.Quiet);
                break;
            default:
                Say(line, cancellationToken);
                break;
        }
    }

    private void Say(string line, CancellationToken cancellationToken)
    {
        if (!ChatSentences.MaySpeak(session))
        {
            if (line.Length > 0)
                _ahead.Enqueue(line);
            _editor.Offer("");
            return;
        }
        var text = LocalCommand.Message(line);
        if (LocalCommand.Find(text) == LocalCommand.Quit)
        {
            _screen.Print(ChatSentences.CannotSayQuit, ScreenStyle.Fault);
            return;
        }
        try
        {
            var answer = RoomCommand.Say(session, text, cancellationToken);
            Keep(text);
            if (answer is not null)
                _screen.Print(answer, ScreenStyle.Quiet);
        }
        catch (ChatException e) when (ChatSteps.IsRefusal(e))
        {
            _screen.Print(e.Message, ScreenStyle.Fault);
        }
        catch (ChatException)
        {
            // The peer has gone meanwhile. The line stays where it is, and what is heard next tells why.
        }
    }

    // What was typed stays on the screen, and in the history.
    private void Keep(string text)
    {
        _screen.Print(DisplayText.Line(session.Handle, text));
        _editor.Accept();
    }

    private void Leave()
    {
        if (session.Peer is null && session.Role == ChatRole.Server)
            _screen.Print(ChatSentences.NobodyToLeave, ScreenStyle.Quiet);
        else if (session.Role == ChatRole.Room)
            _screen.Print(ChatSentences.HostStays, ScreenStyle.Quiet);
        else
            session.Disconnect();
        TellNotices();
    }

    private void Interrupt()
    {
        _interrupted = true;
        session.Dispose();
    }

    private void Listen(CancellationToken cancellationToken)
    {
        var message = ChatSteps.Hear(session, Slice, cancellationToken);
        TellNotices();
        if (message is not null)
            _screen.Print(message.ToString());
    }

    private void TellNotices()
    {
        while (session.TryTakeNotice(out var notice))
        {
            if (notice.Kind is not (ChatNoticeKind.Presence or ChatNoticeKind.Warning))
                continue;
            _screen.Print(ChatSentences.Tell(notice), ScreenStyle.Quiet);
            if (notice.Change == PresenceChange.Departure && session.Role == ChatRole.Server && !session.IsOver)
                _screen.Print(ChatSentences.Listening(session), ScreenStyle.Quiet);
        }
    }

    // A line that nobody can be told any more is not lost to the person who typed it.
    private void TellUnsaid()
    {
        if (_interrupted)
            return;
        foreach (var line in _ahead)
            _screen.Print("Not sent: " + DisplayText.Safe(line), ScreenStyle.Quiet);
        if (_editor.Text.Length > 0)
            _screen.Print("Not sent: " + DisplayText.Safe(_editor.Text), ScreenStyle.Quiet);
    }
}
