using System;
using System.IO;
using PSPairChat.ConsoleApp;
using Xunit;

namespace PSPairChat.Unit;

public sealed class ConsoleCommandLineTests
{
    [Theory]
    [InlineData("connect", "HOST is missing.", "pairchat connect HOST [PORT] [options]")]
    [InlineData("connect localhost abc", "'abc' is no port: it is a whole number from 1 to 65535.", "pairchat connect HOST [PORT] [options]")]
    [InlineData("connect localhost 0", "'0' is no port: it is a whole number from 1 to 65535.", "pairchat connect HOST [PORT] [options]")]
    [InlineData("connect localhost 1 2", "'2'", "pairchat connect HOST [PORT] [options]")]
    [InlineData("connect localhost --timeout soon", "'soon' is no number of seconds: it is a whole number", "pairchat connect HOST [PORT] [options]")]
    [InlineData("serve 65536", "'65536' is no port: it is a whole number from 0 to 65535.", "pairchat serve [PORT] [options]")]
    [InlineData("serve -1", "-1", "pairchat serve [PORT] [options]")]
    [InlineData("serve --bind here", "'here' is no address: an address is like 127.0.0.1 or ::1.", "pairchat serve [PORT] [options]")]
    [InlineData("serve --turn-order sometimes", "'sometimes' is no turn order: it is Alternate or Free.", "pairchat serve [PORT] [options]")]
    [InlineData("serve --max-message-length 0", "'0' is no number: it is a whole number from 1 to 1000000.", "pairchat serve [PORT] [options]")]
    [InlineData("serve --wrong", "'--wrong'", "pairchat serve [PORT] [options]")]
    [InlineData("talk", "'talk'", "pairchat serve|connect|completion [options]")]
    [InlineData("", "Required command", "pairchat serve|connect|completion [options]")]
    public void Wrong_usage_says_what_is_wrong_and_how_it_is_right(string line, string wrong, string right)
    {
        var (code, output, error) = Invoke(line);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("pairchat: ", error, StringComparison.Ordinal);
        Assert.Contains(wrong, error, StringComparison.Ordinal);
        Assert.Contains("Right is: " + right, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "pairchat serve 39919 --handle HostA")]
    [InlineData("serve --help", "--bind <ADDRESS>")]
    [InlineData("connect -h", "pairchat connect localhost 39919")]
    [InlineData("completion --help", "bash")]
    public void Help_has_examples_and_the_exit_codes(string line, string expected)
    {
        var (code, output, _) = Invoke(line);
        Assert.Equal(0, code);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Contains("Examples:", output, StringComparison.Ordinal);
        Assert.Contains("130  Ctrl+C", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash", "complete -F")]
    [InlineData("zsh", "compdef")]
    [InlineData("fish", "complete -c pairchat")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public void Each_shell_gets_its_completion(string shell, string expected)
    {
        var (code, output, _) = Invoke("completion " + shell);
        Assert.Equal(0, code);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pairchat se", "serve")]
    [InlineData("pairchat serve --turn-order ", "Free")]
    [InlineData("pairchat connect localhost --ti", "--timeout")]
    public void The_words_that_can_follow_are_told(string typed, string word)
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(0, CommandLine.Invoke([$"[suggest:{typed.Length}]", typed], output, error));
        Assert.Contains(word, output.ToString().Split(Environment.NewLine));
    }

    private static (int Code, string Output, string Error) Invoke(string line)
    {
        using StringWriter output = new(), error = new();
        var code = CommandLine.Invoke(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error);
        return (code, output.ToString(), error.ToString());
    }
}
