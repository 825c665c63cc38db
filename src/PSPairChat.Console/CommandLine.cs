using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.IO;
using System.Linq;

namespace PSPairChat.ConsoleApp;

/// <summary>The command line: what can be asked, and what is answered to what cannot.</summary>
internal static class CommandLine
{
    /// <summary>Does what the command line asks for.</summary>
    /// <returns>The exit code.</returns>
    public static int Invoke(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("A chat between two hosts: they take turns, typed by people or driven by scripts.")
        {
            ServeCommand.Create(),
            ConnectCommand.Create(),
            CompletionCommand.Create(),
        };
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new HelpWithExamples((HelpAction)option.Action!);

        var line = root.Parse(args);
        if (line.Action is ParseErrorAction)
            return WriteUsageError(line, error);
        try
        {
            return line.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (ChatException e)
        {
            error.WriteLine($"pairchat: {e.Message.TrimEnd('.')}. {GetAdvice(e.Reason, line.CommandResult.Command)}".TrimEnd());
            return e.Reason is ChatErrorReason.HandleInvalid or ChatErrorReason.DialectNotFound or ChatErrorReason.DialectInvalid
                or ChatErrorReason.ScriptInvalid or ChatErrorReason.TranscriptFailed ? ExitCode.WrongUsage : ExitCode.NoConnection;
        }
    }

    private static int WriteUsageError(ParseResult line, TextWriter error)
    {
        var command = line.CommandResult.Command;
        var missing = command.Arguments.Where(a => !a.HasDefaultValue && line.GetResult(a) is not { Tokens.Count: > 0 }).Select(a => $"{a.Name} is missing.");
        error.WriteLine("pairchat: " + (missing.FirstOrDefault() ?? line.Errors[^1].Message));
        var call = command is RootCommand ? "pairchat" : "pairchat " + command.Name;
        var parts = command is RootCommand
            ? string.Join('|', command.Subcommands.Select(c => c.Name))
            : string.Join(' ', command.Arguments.Select(a => a.HasDefaultValue ? $"[{a.Name}]" : a.Name));
        error.WriteLine($"Right is: {call} {parts} [options]. More: {call} --help");
        return ExitCode.WrongUsage;
    }

    private static string GetAdvice(ChatErrorReason reason, Command command) => reason switch
    {
        ChatErrorReason.HandleInvalid => "Give a good one with --handle.",
        ChatErrorReason.HandleTaken => "Choose another --handle.",
        ChatErrorReason.TranscriptFailed => "Check the folder of --transcript.",
        ChatErrorReason.ConnectFailed when command.Name == ServeCommand.Name => "Choose another PORT or --bind.",
        ChatErrorReason.PortInUse => "Choose another PORT, or 0 for any free one.",
        ChatErrorReason.HostNotFound => "Check its spelling.",
        ChatErrorReason.ConnectFailed => "Does a server run there, and is the port right?",
        ChatErrorReason.ConnectTimedOut => "Check the host and any firewall on the way, or allow more with --timeout.",
        _ => "",
    };
}
