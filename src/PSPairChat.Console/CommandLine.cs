using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.IO;
using System.Linq;

namespace PSPairChat.ConsoleApp;

/// <summary>Parses and executes the command line.</summary>
internal static class CommandLine
{
    /// <summary>Executes a command line.</summary>
    /// <returns>The exit code, one of <see cref="ExitCode"/>.</returns>
    public static int Invoke(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("A chat between hosts over TCP, interactive or scripted.")
        {
            ServeCommand.Create(),
            ConnectCommand.Create(),
            CompletionCommand.Create(),
        };
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new HelpWithExamples((HelpAction)option.Action!);

        var parseResult = root.Parse(args);
        if (parseResult.Action is ParseErrorAction)
            return WriteUsageError(parseResult, error);
        try
        {
            return parseResult.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (ChatException e)
        {
            error.WriteLine($"pairchat: {e.Message.TrimEnd('.')}. {GetRecommendedAction(e.Reason, parseResult.CommandResult.Command)}".TrimEnd());
            return e.Reason is ChatErrorReason.HandleInvalid or ChatErrorReason.DialectNotFound or ChatErrorReason.DialectInvalid
                or ChatErrorReason.ScriptInvalid or ChatErrorReason.PathNotFound or ChatErrorReason.InvalidRoomName
                or ChatErrorReason.TranscriptFailed ? ExitCode.UsageError : ExitCode.ConnectFailed;
        }
    }

    private static int WriteUsageError(ParseResult parseResult, TextWriter error)
    {
        var command = parseResult.CommandResult.Command;
        var missing = command.Arguments.FirstOrDefault(a => !a.HasDefaultValue && parseResult.GetResult(a) is not { Tokens.Count: > 0 });
        error.WriteLine("pairchat: " + (missing is null ? parseResult.Errors[^1].Message : $"Required argument {missing.Name} is missing."));
        var name = command is RootCommand ? "pairchat" : "pairchat " + command.Name;
        var arguments = command is RootCommand
            ? string.Join('|', command.Subcommands.Select(c => c.Name))
            : string.Join(' ', command.Arguments.Select(a => a.HasDefaultValue ? $"[{a.Name}]" : a.Name));
        error.WriteLine($"Usage: {name} {arguments} [options]");
        error.WriteLine($"For more information, run '{name} --help'.");
        return ExitCode.UsageError;
    }

    private static string GetRecommendedAction(ChatErrorReason reason, Command command) => reason switch
    {
        ChatErrorReason.HandleInvalid => "Specify a valid handle with --handle.",
        ChatErrorReason.HandleTaken => "Specify another --handle.",
        ChatErrorReason.TranscriptFailed => "Check the folder of the --transcript file.",
        ChatErrorReason.ConnectFailed when command.Name == ServeCommand.Name => "Specify another PORT or --bind address.",
        ChatErrorReason.PortInUse => "Specify another PORT, or 0 for any free port.",
        ChatErrorReason.HostNotFound => "Check the spelling of the host name.",
        ChatErrorReason.ConnectFailed => "Check that a server is listening there and that the port is correct.",
        ChatErrorReason.PermissionDenied => "Specify a PORT from 1024 through 65535, or 0 for any free port.",
        ChatErrorReason.NotARoom => "Omit --room to connect to a one-to-one server.",
        ChatErrorReason.RoomNotFound => "Specify the name of the room with --room.",
        ChatErrorReason.InvalidRoomName => "Specify a valid name with --room.",
        ChatErrorReason.ConnectTimedOut => "Check the host name and any firewall in between, or specify a longer --timeout.",
        _ => "",
    };
}
