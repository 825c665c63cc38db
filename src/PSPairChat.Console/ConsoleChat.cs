using System;
using System.Runtime.InteropServices;
using System.Threading;
using PSPairChat.Messages;
using PSPairChat.Terminal;

namespace PSPairChat.ConsoleApp;

/// <summary>A chat in this process: at its terminal, with redirected standard streams, or run by a script.</summary>
/// <param name="script">The script to run; null for none.</param>
internal sealed class ConsoleChat(ScriptedChat? script = null) : IDisposable
{
    private readonly StopSignals _signals = new(readsInput: script is null);
    private readonly StandardOutputs _outputs = new();
    private SystemTerminal? _terminal;
    private PosixSignalRegistration? _continued;
    private PipedTerminal? _pipedTerminal;

    /// <summary>Gets a token that is cancelled when the process receives a signal to stop.</summary>
    public CancellationToken StopToken => _signals.Token;

    /// <summary>Gets the exit code of a chat that was stopped.</summary>
    public int StopExitCode => _signals.ExitCode;

    /// <summary>Gets whether the chat is at a terminal, where a user can be prompted.</summary>
    public bool IsInteractive { get; } = script is null && SystemTerminal.IsAvailable;

    /// <summary>Runs an action, and handles that a signal or the loss of the terminal stops it.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (OperationCanceledException)
        {
            return StopExitCode;
        }
    }

    /// <summary>Opens the terminal; from then on Ctrl+C is a key.</summary>
    public void Open()
    {
        if (_terminal is not null)
            return;
        if (IsInteractive)
        {
            _terminal = new SystemTerminal();
            // The shell writes to the terminal while the process is stopped.
            _continued = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => _terminal.RequestRedraw());
        }
        else if (script is null)
        {
            _pipedTerminal = new PipedTerminal(_outputs);
        }
    }

    /// <summary>Writes a notice.</summary>
    public void WriteNotice(string notice)
    {
        if (_terminal is null)
        {
            _outputs.WriteNotice(notice);
            return;
        }
        var renderer = new ChatRenderer(_terminal);
        renderer.WriteLine(notice);
        renderer.Close();
    }

    /// <summary>Gets the handle of the options; at a terminal, prompts for a handle that is missing or invalid.</summary>
    /// <param name="options">The options.</param>
    /// <param name="lettersOnly">Whether the handle is a nickname in a room.</param>
    /// <returns>The handle; null if the user cancelled the prompt.</returns>
    /// <exception cref="ChatException">HandleInvalid, if there is no terminal.</exception>
    public string? GetHandle(ChatOptions options, bool lettersOnly = false)
    {
        if (_terminal is not null && HandleValidator.Validate(options.Handle, options.MaxHandleLength, lettersOnly) is not null)
            return HandlePrompt.Read(_terminal, options.Handle, options.MaxHandleLength, StopToken, lettersOnly);
        HandleValidator.ThrowIfInvalid(options.Handle, options.MaxHandleLength, lettersOnly);
        return options.Handle;
    }

    /// <summary>Asks a question that the user answers with yes or no. Without a terminal, the answer is no.</summary>
    public bool Confirm(string question)
    {
        if (!IsInteractive)
            return false;
        Open();
        WriteNotice(question);
        return LinePrompt.Read(_terminal!, "Accept the key (yes/no)? ", "", answer => answer is "yes" or "no" ? null : "Type yes or no.", StopToken) == "yes";
    }

    /// <summary>Runs the chat until the session ends, and closes the session.</summary>
    /// <returns>The exit code.</returns>
    public int Run(ChatSession session)
    {
        using (session)
        {
            if (script is not null)
                return script.Run(session, _outputs, StopToken);
            ChatLoop chat = _terminal is not null ? new InteractiveChat(session, _terminal) : new LineChat(session, _pipedTerminal!);
            return chat.Run(StopToken) switch
            {
                ChatOutcome.Finished => ExitCode.Success,
                ChatOutcome.ConnectionLost => ExitCode.ConnectionLost,
                ChatOutcome.InputNotSent => ExitCode.InputNotSent,
                ChatOutcome.OutputLost => ExitCode.OutputFailed,
                _ => StopExitCode,
            };
        }
    }

    public void Dispose()
    {
        _continued?.Dispose();
        _terminal?.Dispose();
        _signals.Dispose();
    }
}
