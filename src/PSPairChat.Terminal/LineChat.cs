using System;
using System.Threading;

namespace PSPairChat.Terminal;

/// <summary>
/// A chat in whole lines, for a pipe or a host without keys. A line is read when a message can be sent. When the input ends, the chat sends <c>\quit</c> on
/// its next turn; a server stops after that conversation. When the output can no longer be written, the chat ends; a room stays open.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="terminal">The source of the lines and the destination of messages and notices.</param>
/// <param name="canDetach">Whether a command leaves the chat and keeps the session.</param>
internal sealed class LineChat(ChatSession session, ILineTerminal terminal, bool canDetach = false) : ChatLoop(session, canDetach)
{
    private static readonly TimeSpan IdlePollInterval = TimeSpan.FromMilliseconds(250);

    private string? _pendingLine;
    private string _status = "";
    private bool _inputEnded;
    private bool _inputRejected;

    protected override TimeSpan ProcessInput(CancellationToken cancellationToken)
    {
        if (terminal.IsOutputLost && Session.Role != ChatRole.Room)
        {
            Stop();
            return TimeSpan.Zero;
        }
        if (!CanSend)
        {
            if (HasLastClientLeft && HasInputEnded())
                Stop();
            else
                WriteWaitStatus();
            return IdlePollInterval;
        }
        _status = "";
        if (_pendingLine is null && !HasInputEnded() && terminal.Peek(TimeSpan.Zero) == InputStatus.LineAvailable)
        {
            _pendingLine = terminal.ReadLine(Prompt);
            _inputEnded = _pendingLine is null;
        }
        if (_pendingLine is not null)
        {
            Execute(_pendingLine, cancellationToken);
            return TimeSpan.Zero;
        }
        // The end of the host's input does not close a room.
        if (!_inputEnded || Session.Role == ChatRole.Room)
            return PollInterval;
        Quit();
        return TimeSpan.Zero;
    }

    protected override void WriteMessage(string line) => terminal.WriteMessage(line);

    protected override void WriteNotice(string text) => terminal.WriteNotice(text);

    protected override void OnInputAccepted(string text) => _pendingLine = null;

    protected override void OnInputRejected(string reason)
    {
        _pendingLine = null;
        _inputRejected = true;
        terminal.WriteNotice(reason);
    }

    protected override void OnRoomQuit() => Stop();

    protected override void OnClientDisconnected()
    {
        if (HasInputEnded())
            Stop();
        else
            base.OnClientDisconnected();
    }

    protected override ChatOutcome GetOutcome()
    {
        var outcome = base.GetOutcome();
        if (outcome is not (ChatOutcome.Interrupted or ChatOutcome.Detached) && terminal.IsOutputLost)
            return ChatOutcome.OutputLost;
        return outcome == ChatOutcome.Finished && HasUnsentInput() ? ChatOutcome.InputNotSent : outcome;
    }

    private bool HasLastClientLeft => Session.CurrentPeer is null && Session.CloseReason is not null;

    private bool HasInputEnded() => _inputEnded |= _pendingLine is null && terminal.Peek(TimeSpan.Zero) == InputStatus.Ended;

    private bool HasUnsentInput() => _inputRejected || _pendingLine is not null || terminal.Peek(IdlePollInterval) == InputStatus.LineAvailable;

    private void WriteWaitStatus()
    {
        var status = FormatWaiting();
        if (status == _status)
            return;
        _status = status;
        terminal.WriteStatus(status);
    }
}
