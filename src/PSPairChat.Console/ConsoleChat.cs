using System;
using System.Threading;
using PSPairChat.Messages;
using PSPairChat.Terminal;

namespace PSPairChat.ConsoleApp;

/// <summary>A chat with whoever is in front of this process: a person at a terminal, a script behind pipes, or a script that takes a person's place.</summary>
/// <param name="script">The script that takes a person's place; null for none.</param>
internal sealed class ConsoleChat(ScriptedChat? script = null) : IDisposable
{
    private readonly StopSignals _signals = new();
    private SystemTerminal? _terminal;
    private PipedTerminal? _piped;

    /// <summary>Cancelled when the process is told to end.</summary>
    public CancellationToken StopToken => _signals.Token;

    /// <summary>What to tell the shell after a chat that was stopped.</summary>
    public int StopCode => _signals.ExitCode;

    /// <summary>Whether a person is there, who can be asked.</summary>
    public bool HasPerson { get; } = script is null && SystemTerminal.IsAvailable;

    /// <summary>Begins: from here on Ctrl+C is a key.</summary>
    public void Open()
    {
        if (HasPerson)
            _terminal = new SystemTerminal();
        else if (script is null)
            _piped = new PipedTerminal();
    }

    /// <summary>Tells something that is no message.</summary>
    public void WriteNotice(string notice)
    {
        _terminal?.Write(notice + "\r\n");
        _piped?.WriteNotice(notice);
        if (script is not null)
            Console.Error.WriteLine(notice);
    }

    /// <summary>The handle of the options; where it is missing or refused, a person is asked.</summary>
    /// <param name="options">The options.</param>
    /// <param name="lettersOnly">Whether it is a nickname in a room.</param>
    /// <returns>The handle; null when the person would rather leave.</returns>
    /// <exception cref="ChatException">HandleInvalid, and there is nobody to ask.</exception>
    public string? ReadHandle(ChatOptions options, bool lettersOnly = false)
    {
        if (_terminal is not null && HandleValidator.Validate(options.Handle, options.MaxHandleLength, lettersOnly) is not null)
            return HandlePrompt.Read(_terminal, options.Handle, options.MaxHandleLength, StopToken, lettersOnly);
        HandleValidator.ThrowIfInvalid(options.Handle, options.MaxHandleLength, lettersOnly);
        return options.Handle;
    }

    /// <summary>Chats until the session is over, and ends it.</summary>
    /// <returns>The exit code.</returns>
    public int Run(ChatSession session)
    {
        using (session)
        {
            if (script is not null)
                return script.Run(session, Console.Out, Console.Error, StopToken);
            var end = _terminal is not null
                ? new InteractiveChat(session, _terminal).Run(StopToken)
                : new LineChat(session, _piped!).Run(StopToken);
            return end switch
            {
                ChatOutcome.Finished => ExitCode.Success,
                ChatOutcome.ConnectionLost => ExitCode.ConnectionLost,
                ChatOutcome.InputNotSent => ExitCode.InputNotSent,
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
