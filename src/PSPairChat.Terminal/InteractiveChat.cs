using System;
using System.Collections.Generic;
using System.Threading;
using PSPairChat.Messages;

namespace PSPairChat.Terminal;

/// <summary>
/// A chat at a terminal. The prompt is shown when a message can be sent. Lines entered before that are kept and shown at the prompt, one a turn; they are
/// not sent until Enter is pressed again.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="terminal">The terminal.</param>
/// <param name="canDetach">Whether Ctrl+] leaves the chat and keeps the session.</param>
internal sealed class InteractiveChat(ChatSession session, IChatTerminal terminal, bool canDetach = false) : ChatLoop(session, canDetach)
{
    private const int CounterThreshold = 50;

    private readonly ChatRenderer _renderer = new(terminal);
    private readonly LineEditor _editor = new();
    private readonly Queue<string> _typeAhead = new();      // complete lines entered out of turn
    private LineCompleter? _completer;
    private bool _couldSend;

    protected override TimeSpan ProcessInput(CancellationToken cancellationToken)
    {
        Render();
        while (!Session.IsCompleted && !IsDetached && terminal.TryReadKey(TimeSpan.Zero, out var key))
            OnKey(key, cancellationToken);
        if (!Session.IsCompleted && !IsDetached)
            Render();
        return PollInterval;
    }

    protected override void WriteMessage(string line) => _renderer.WriteLine(line);

    protected override void WriteNotice(string text) => _renderer.WriteLine(text, TextStyle.Dim);

    // The input stays on the screen, and goes into the history.
    protected override void OnInputAccepted(string text)
    {
        _renderer.WriteLine(DisplayText.FormatLine(Session.Handle, text));
        _editor.AcceptLine();
    }

    protected override void OnInputRejected(string reason) => _renderer.WriteLine(reason, TextStyle.Error);

    protected override void OnRoomQuit() => WriteNotice(ConsoleMessages.HostCannotLeave);

    protected override void OnEnded()
    {
        if (!IsInterrupted)
        {
            foreach (var line in _typeAhead)
                WriteNotice(ConsoleMessages.FormatInputNotSent(line));
            if (_editor.Text.Length > 0)
                WriteNotice(ConsoleMessages.FormatInputNotSent(_editor.Text));
        }
        _renderer.Close();
    }

    private void Render()
    {
        var canSend = CanSend;
        if (canSend && !_couldSend)
            RestoreTypeAhead();
        _couldSend = canSend;
        if (canSend)
            _renderer.Render(Prompt, TextStyle.Bold, _editor, FormatCounter());
        else
            _renderer.Render(FormatWaiting() + (_editor.Text.Length > 0 ? " " : ""), TextStyle.Dim, _editor);
    }

    private string FormatCounter()
    {
        var remaining = Session.Options.MaxMessageLength - MessageValidator.CountCharacters(Commands.Parse(_editor.Text).Text);
        return _editor.Text.Length == 0 || remaining >= CounterThreshold ? "" : ConsoleMessages.FormatCounter(remaining);
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
        switch (key.Command)
        {
            case EditCommand.Interrupt:
                Interrupt();
                break;
            case EditCommand.DeleteCharOrExit when _editor.Text.Length == 0:
                Quit();
                break;
            case EditCommand.AcceptLine:
                ProcessLine(cancellationToken);
                break;
            case EditCommand.Detach:
                Detach();
                break;
            case EditCommand.Complete:
                if (!(_completer ??= new LineCompleter(Session, Commands)).TryComplete(_editor))
                    _editor.ProcessKey(new TerminalKey(EditCommand.SelfInsert, "\t"));
                break;
            case EditCommand.ClearScreen:
                _renderer.Clear();
                break;
            case EditCommand.RedrawCurrentLine:
                _renderer.Reset();
                break;
            default:
                _editor.ProcessKey(key);
                break;
        }
    }

    private void ProcessLine(CancellationToken cancellationToken)
    {
        var line = _editor.Text;
        if (CanSend || Commands.Parse(line).Kind is not (SlashCommandKind.Message or SlashCommandKind.PrivateMessage))
        {
            Execute(line, cancellationToken);
            return;
        }
        if (line.Length > 0)
            _typeAhead.Enqueue(line);
        _editor.SetText("");
    }
}
