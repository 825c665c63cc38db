using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;

namespace PSPairChat.ConsoleApp;

/// <summary>The options that run a scripted conversation.</summary>
internal sealed class ScriptOptions
{
    private readonly Option<string?> _script = new("--script")
    {
        Description = "The file of a scripted conversation, which runs instead of an interactive chat.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _variable = new("--variable")
    {
        Description = "The value of the placeholder {NAME} in the script. Can be specified more than once.",
        HelpName = "NAME=VALUE",
    };

    private readonly Option<int> _repeat = NumberParser.CreateOption(
        "--repeat", "The number of clients to run the script with, one after another.", 1, 1, int.MaxValue);

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="canRepeat">Whether the command accepts more than one client.</param>
    public void AddTo(Command command, bool canRepeat)
    {
        _variable.Validators.Add(ValidateVariables);
        command.Options.Add(_script);
        command.Options.Add(_variable);
        if (canRepeat)
            command.Options.Add(_repeat);
    }

    /// <summary>Gets the script to run; null for none.</summary>
    /// <exception cref="ChatException">PathNotFound: the file cannot be read. ScriptInvalid: it is not a valid script.</exception>
    public ScriptedChat? GetScriptedChat(ParseResult parseResult)
    {
        if (parseResult.GetValue(_script) is not { } path)
            return null;
        var variables = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var variable in parseResult.GetValue(_variable) ?? [])
        {
            var separator = variable.IndexOf('=', StringComparison.Ordinal);
            variables[variable[..separator]] = variable[(separator + 1)..];
        }
        var repeat = parseResult.GetResult(_repeat) is null ? 1 : parseResult.GetValue(_repeat);
        return new ScriptedChat(ReadScript(path), new ChatScriptOptions { Variables = variables }, repeat);
    }

    private static ChatScript ReadScript(string path)
    {
        try
        {
            return ChatScript.Load(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ChatException(ChatErrorReason.PathNotFound, e.Message, e);
        }
        catch (ChatException e)
        {
            throw new ChatException(e.Reason, $"{path}: {e.Message}", e);
        }
    }

    private static void ValidateVariables(OptionResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (token.Value.IndexOf('=', StringComparison.Ordinal) < 1)
                result.AddError($"Invalid --variable '{token.Value}'. Specify a name and a value, for example count=12.");
        }
    }
}
