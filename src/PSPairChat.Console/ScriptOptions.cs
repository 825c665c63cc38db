using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;

namespace PSPairChat.ConsoleApp;

/// <summary>The options that run a script instead of a chat.</summary>
internal sealed class ScriptOptions
{
    private readonly Option<string?> _script = new("--script")
    {
        Description = "A conversation as a file, to be run instead of a chat: our lines are said, the others' expected.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _variables = new("--variable")
    {
        Description = "What {NAME} stands for in the script; may be repeated.",
        HelpName = "NAME=VALUE",
    };

    private readonly Option<int> _repeat = new("--repeat")
    {
        Description = "How many clients the script is run with, one after another.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = result => Number.Read(result, "number of clients", 1, int.MaxValue),
    };

    /// <summary>Adds the options to a command; only a server can repeat.</summary>
    public void AddTo(Command command, bool canRepeat)
    {
        _variables.Validators.Add(ValidateVariables);
        command.Options.Add(_script);
        command.Options.Add(_variables);
        if (canRepeat)
            command.Options.Add(_repeat);
    }

    /// <summary>The script to run; null for a chat.</summary>
    /// <exception cref="ChatException">ScriptInvalid; also when the file cannot be read.</exception>
    public ScriptedChat? Read(ParseResult command)
    {
        if (command.GetValue(_script) is not { } path)
            return null;
        var variables = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var variable in command.GetValue(_variables) ?? [])
        {
            var at = variable.IndexOf('=', StringComparison.Ordinal);
            variables[variable[..at]] = variable[(at + 1)..];
        }
        return new ScriptedChat(Parse(path), new ChatScriptOptions { Variables = variables }, command.GetResult(_repeat) is null ? 1 : command.GetValue(_repeat));
    }

    private static ChatScript Parse(string path)
    {
        try
        {
            return ChatScript.Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ChatException(ChatErrorReason.ScriptInvalid, e.Message, e);
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
                result.AddError($"'{token.Value}' is no variable: a variable is like count=12.");
        }
    }
}
