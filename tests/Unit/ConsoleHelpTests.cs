using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using PSPairChat.ConsoleApp;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The help of pairchat.</summary>
public sealed partial class ConsoleHelpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("serve")]
    [InlineData("connect")]
    [InlineData("key")]
    [InlineData("completion")]
    public void Help_describes_the_command_and_each_argument_option_and_subcommand(string command)
    {
        var help = GetHelp(command);
        Assert.Matches(@"^Description:\r?\n  \w.*\.", help);
        var entries = Entry().Matches(help).ToArray();
        Assert.NotEmpty(entries);
        Assert.All(entries, entry => Assert.Matches(@"^  \S.*?  +[A-Z]\w+ \w", entry.Value));
        Assert.DoesNotContain("<>", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve", "-n, --handle <HANDLE>")]
    [InlineData("serve", "--room <NAME>")]
    [InlineData("serve", "--dialect <NAME>")]
    [InlineData("serve", "--transcript <FILE>")]
    [InlineData("serve", "--turn-order <Alternate|Free>")]
    [InlineData("serve", "--script <FILE>")]
    [InlineData("serve", "--variable <NAME=VALUE>")]
    [InlineData("serve", "--bind <ADDRESS>")]
    [InlineData("serve", "--allow-address <ADDRESS>")]
    [InlineData("serve", "--reconnect-timeout <SECONDS>")]
    [InlineData("serve", "--max-members <N>")]
    [InlineData("serve", "--backplane <URL>")]
    [InlineData("serve", "--backplane-fingerprint <SHA256:...>")]
    [InlineData("connect", "--fingerprint <SHA256:...>")]
    [InlineData("connect", "--timeout <SECONDS>")]
    [InlineData("completion", "<bash|fish|pwsh|zsh>")]
    public void Help_shows_what_the_value_of_an_option_is(string command, string option) =>
        Assert.Contains("  " + option + " ", GetHelp(command), StringComparison.Ordinal);

    [Theory]
    [InlineData("serve", "PORT", "54321")]
    [InlineData("serve", "--dialect <NAME>", "Auto")]
    [InlineData("serve", "--max-message-length <N>", "500")]
    [InlineData("serve", "--max-handle-length <N>", "10")]
    [InlineData("serve", "--reconnect-timeout <SECONDS>", "30")]
    [InlineData("serve", "--repeat <N>", "1")]
    [InlineData("serve", "--max-members <N>", "1000")]
    [InlineData("serve", "--history-count <N>", "0")]
    [InlineData("serve", "--max-messages-per-second <N>", "5")]
    [InlineData("serve", "--max-unregistered-connections <N>", "256")]
    [InlineData("serve", "--max-unregistered-connections-per-address <N>", "64")]
    [InlineData("serve", "--history-limit <N>", "1000000")]
    [InlineData("serve", "--metrics-interval <N>", "0")]
    [InlineData("connect", "PORT", "54321")]
    [InlineData("connect", "--timeout <SECONDS>", "10")]
    public void Help_shows_the_default(string command, string option, string value) =>
        Assert.Contains(GetHelp(command).Split('\n'), line => line.Contains(option, StringComparison.Ordinal)
            && line.TrimEnd().EndsWith($"[default: {value}]", StringComparison.Ordinal));

    [Theory]
    [InlineData("serve", "pairchat serve", "pairchat connect")]
    [InlineData("connect", "pairchat connect", "pairchat serve")]
    [InlineData("completion", "pairchat completion bash", "pairchat serve")]
    public void Examples_are_those_of_the_command(string command, string expected, string unexpected)
    {
        var examples = GetExamples(command);
        Assert.Contains(expected, examples, StringComparison.Ordinal);
        Assert.DoesNotContain(unexpected, examples, StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_without_a_command_are_those_of_a_server_and_a_client() =>
        Assert.Equal(GetExamples("serve") + "\n" + GetExamples("connect"), GetExamples(""));

    [Fact]
    public void Exit_codes_follow_the_examples_after_an_empty_line()
    {
        var help = GetHelp("serve");
        Assert.Contains("--repeat 10\n\nExit codes:\n  0  success ", help, StringComparison.Ordinal);
        var codes = typeof(ExitCode).GetFields().Select(field => (int)field.GetRawConstantValue()!);
        Assert.All(codes, code => Assert.Matches($@"(^|\s){code}  +[a-zC-T]", help[help.IndexOf("Exit codes:", StringComparison.Ordinal)..]));
    }

    private static string GetExamples(string command)
    {
        var help = GetHelp(command);
        var start = help.IndexOf("Examples:\n", StringComparison.Ordinal) + "Examples:\n".Length;
        return help[start..help.IndexOf("\n\nExit codes:", StringComparison.Ordinal)];
    }

    private static string GetHelp(string command)
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(0, CommandLine.Invoke([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"], output, error));
        Assert.Equal("", error.ToString());
        return output.ToString().ReplaceLineEndings("\n");
    }

    // A line of the sections Arguments, Options and Commands.
    [GeneratedRegex(@"^  (<|-|[a-z]+ (<|  )|key ).*$", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
