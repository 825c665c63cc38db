using System;
using System.Collections.Generic;
using System.Threading;
using PSPairChat.Messages;
using PSPairChat.Sessions;

namespace PSPairChat.Terminal;

/// <summary>
/// A chat at a terminal. One thread looks at the keys and at the session in turn, so nothing is ever left waiting in either. The prompt is there when
/// something may be said; what is typed before that is kept, and a whole line of it is offered when the turn comes, never said unseen.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="terminal">The terminal.</param>
internal sealed class InteractiveChat(ChatSession session, IChatTerminal terminal)
{
    private const int CounterThreshold = 50;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly ChatRenderer _renderer = new(terminal);
    private readonly LineEditor _editor = new();
    private readonly Queue<string> _typeAhead = new();      // whole lines typed out of turn
    private bool _couldSend;
    private bool _interrupted;

    /// <summary>Chats until the session is over. What was opened stays the caller's, but for Ctrl+C and a cancellation, which end it.</summary>
    /// <param name="cancellationToken">Ends the chat as Ctrl+C does.</param>
    public ChatOutcome Run(CancellationToken cancellationToken)
    {
        try
        {
            while (!session.IsCompleted)
            {
                Render();
                while (!session.IsCompleted && terminal.TryReadKey(TimeSpan.Zero, out var key))
                    OnKey(key, cancellationToken);
                if (session.IsCompleted)
                    break;
                Render();
                ReceiveNext(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Interrupt();
        }
        finally
        {
            WriteNotices();
            WriteInputNotSent();
            _renderer.Close();
        }
        return _interrupted ? ChatOutcome.Interrupted : ConsoleMessages.GetOutcome(session);
    }

    /// <summary>Prints a line before the chat begins.</summary>
    public void WriteLine(string line) => _renderer.WriteLine(line);

    private void Render()
    {
        var maySpeak = ConsoleMessages.CanSend(session);
        if (maySpeak && !_couldSend)
            RestoreTypeAhead();
        _couldSend = maySpeak;
        if (maySpeak)
            _renderer.Render(DisplayText.Sanitize(session.Handle) + "> ", TextStyle.Bold, _editor, FormatCounter());
        else
            _renderer.Render(ConsoleMessages.FormatWaiting(session) + (_editor.Text.Length > 0 ? " " : ""), TextStyle.Dim, _editor);
    }

    private string FormatCounter()
    {
        var left = session.Options.MaxMessageLength - MessageValidator.CountCharacters(SlashCommand.Message(_editor.Text));
        return _editor.Text.Length == 0 || left >= CounterThreshold ? "" : left >= 0 ? $"({left} left)" : $"({-left} too many)";
    }

    private void RestoreTypeAhead()
    {
        if (_typeAhead.Count == 0)
            return;
        if (_editor.Text.Length > 0)
            _typeAhead.Enqueue(_editor.Text);
        _editor.SetText(_typeAhead.Dequeue());
    }

    private void OnKey(TerminalKey key, CancellationToken cancellationToken)
    {
        switch (key.Kind)
        {
            case TerminalKeyKind.Interrupt:
                Interrupt();
                break;
            case TerminalKeyKind.DeleteCharOrExit when _editor.Text.Length == 0:
                Quit();
                break;
            case TerminalKeyKind.Enter:
                Execute(cancellationToken);
                break;
            case TerminalKeyKind.ClearScreen:
                _renderer.Clear();
                break;
            default:
                _editor.ProcessKey(key);
                break;
        }
    }

    private void Execute(CancellationToken cancellationToken)
    {
        var line = _editor.Text;
        switch (SlashCommand.Find(line))
        {
            case SlashCommand.Quit:
                CommitLine(line);
                Quit();
                break;
            case SlashCommand.Help:
                CommitLine(line);
                foreach (var help in SlashCommand.HelpText)
                    _renderer.WriteLine(help, TextStyle.Dim);
                break;
            default:
                SendLine(line, cancellationToken);
                break;
        }
    }

    private void SendLine(string line, CancellationToken cancellationToken)
    {
        if (!ConsoleMessages.CanSend(session))
        {
            if (line.Length > 0)
                _typeAhead.Enqueue(line);
            _editor.SetText("");
            return;
        }
        var text = SlashCommand.Message(line);
        if (SlashCommand.Find(text) == SlashCommand.Quit)
        {
            _renderer.WriteLine(ConsoleMessages.QuitNotAllowed, TextStyle.Error);
            return;
        }
        try
        {
            var answer = RoomSlashCommand.Send(session, text, cancellationToken);
            CommitLine(text);
            if (answer is not null)
                _renderer.WriteLine(answer, TextStyle.Dim);
        }
        catch (ChatException e) when (ChatOperations.IsInputRejected(e))
        {
            _renderer.WriteLine(e.Message, TextStyle.Error);
        }
        catch (ChatException)
        {
            // The peer has gone meanwhile. The line stays where it is, and what is heard next tells why.
        }
    }

    // What was typed stays on the screen, and in the history.
    private void CommitLine(string text)
    {
        _renderer.WriteLine(DisplayText.FormatLine(session.Handle, text));
        _editor.AcceptLine();
    }

    private void Quit()
    {
        if (session.Peer is null && session.Role == ChatRole.Server)
            _renderer.WriteLine(ConsoleMessages.NoClientConnected, TextStyle.Dim);
        else if (session.Role == ChatRole.Room)
            _renderer.WriteLine(ConsoleMessages.HostCannotLeave, TextStyle.Dim);
        else
            session.Disconnect();
        WriteNotices();
    }

    private void Interrupt()
    {
        _interrupted = true;
        session.Dispose();
    }

    private void ReceiveNext(CancellationToken cancellationToken)
    {
        var message = ChatOperations.Receive(session, PollInterval, cancellationToken);
        WriteNotices();
        if (message is not null)
            _renderer.WriteLine(message.ToString());
    }

    private void WriteNotices()
    {
        while (session.TryDequeueNotice(out var notice))
        {
            if (notice.Kind is not (ChatNoticeKind.Presence or ChatNoticeKind.Warning))
                continue;
            _renderer.WriteLine(ConsoleMessages.FormatNotice(notice), TextStyle.Dim);
            if (notice.Change == PresenceChange.Departure && session.Role == ChatRole.Server && !session.IsCompleted)
                _renderer.WriteLine(ConsoleMessages.FormatListening(session), TextStyle.Dim);
        }
    }

    // A line that nobody can be told any more is not lost to the person who typed it.
    private void WriteInputNotSent()
    {
        if (_interrupted)
            return;
        foreach (var line in _typeAhead)
            _renderer.WriteLine("Not sent: " + DisplayText.Sanitize(line), TextStyle.Dim);
        if (_editor.Text.Length > 0)
            _renderer.WriteLine("Not sent: " + DisplayText.Sanitize(_editor.Text), TextStyle.Dim);
    }
}
