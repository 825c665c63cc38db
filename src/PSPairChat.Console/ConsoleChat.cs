using System;
using System.Threading;
using PSPairChat.Conversation;
using PSPairChat.Terminal;

namespace PSPairChat.SystemConsole;

/// <summary>A chat with whoever is in front of this process: a person at a terminal, or a script behind pipes.</summary>
internal sealed class ConsoleChat : IDisposable
{
    private readonly StopSignals _signals = new();
    private SystemTerminal? _terminal;
    private StandardStreams? _streams;

    /// <summary>Cancelled when the process is told to end.</summary>
    public CancellationToken StopToken => _signals.Token;

    /// <summary>What to tell the shell after a chat that was stopped.</summary>
    public int StopCode => _signals.ExitCode;

    /// <summary>Whether a person is there, who can be asked.</summary>
    public bool HasPerson { get; } = SystemTerminal.IsAvailable;

    /// <summary>Begins: from here on Ctrl+C is a key.</summary>
    public void Open()
    {
        if (HasPerson)
            _terminal = new SystemTerminal();
        else
            _streams = new StandardStreams();
    }

    /// <summary>Tells something that is no message.</summary>
    public void Tell(string notice)
    {
        _terminal?.Write(notice + "\r\n");
        _streams?.WriteNotice(notice);
    }

    /// <summary>The handle of the options; where it is missing or refused, a person is asked.</summary>
    /// <returns>The handle; null when the person would rather leave.</returns>
    /// <exception cref="ChatException">HandleInvalid, and there is nobody to ask.</exception>
    public string? AskHandle(ChatOptions options)
    {
        if (_terminal is not null && HandleRule.Explain(options.Handle, options.MaxHandleLength) is not null)
            return HandleQuestion.Ask(_terminal, options.Handle, options.MaxHandleLength, StopToken);
        HandleRule.Check(options.Handle, options.MaxHandleLength);
        return options.Handle;
    }

    /// <summary>Chats until the session is over, and ends it.</summary>
    /// <returns>The exit code.</returns>
    public int Run(ChatSession session)
    {
        using (session)
        {
            var end = _terminal is not null
                ? new InteractiveChat(session, _terminal).Run(StopToken)
                : new LineChat(session, _streams!).Run(StopToken);
            return end switch
            {
                ChatOutcome.Finished => ExitCode.Success,
                ChatOutcome.BrokenOff => ExitCode.BrokenOff,
                ChatOutcome.LeftUnsaid => ExitCode.LeftUnsaid,
                _ => StopCode,
            };
        }
    }

    public void Dispose()
    {
        _terminal?.Dispose();
        _signals.Dispose();
    }
}
