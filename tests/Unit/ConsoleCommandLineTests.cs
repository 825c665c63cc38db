using System;
using System.Diagnostics;
using System.IO;
using PSPairChat.ConsoleApp;
using Xunit;

namespace PSPairChat.Unit;

public sealed class ConsoleCommandLineTests
{
    [Theory]
    [InlineData("connect", "Required argument HOST is missing.", "pairchat connect HOST [PORT] [options]")]
    [InlineData("connect localhost abc", "Invalid port 'abc'. Specify a number from 1 through 65535.", "pairchat connect HOST [PORT] [options]")]
    [InlineData("connect localhost 0", "Invalid port '0'. Specify a number from 1 through 65535.", "pairchat connect HOST [PORT] [options]")]
    [InlineData("connect localhost 1 2", "'2'", "pairchat connect HOST [PORT] [options]")]
    [InlineData("connect localhost --timeout soon", "Invalid --timeout 'soon'. Specify a number from 1 through 86400.", "pairchat connect HOST [PORT] [options]")]
    [InlineData("connect localhost --resume --no-resume", "--resume and --no-resume cannot be used together.", "pairchat connect HOST [PORT] [options]")]
    [InlineData("serve --reconnect-timeout 0", "Invalid --reconnect-timeout '0'. Specify a number from 1 through 2592000.", "pairchat serve [PORT] [options]")]
    [InlineData("serve 65536", "Invalid port '65536'. Specify a number from 0 through 65535.", "pairchat serve [PORT] [options]")]
    [InlineData("serve -1", "-1", "pairchat serve [PORT] [options]")]
    [InlineData("serve --bind here", "Invalid --bind 'here'. Specify an IP address, for example 127.0.0.1 or ::1.", "pairchat serve [PORT] [options]")]
    [InlineData("serve --turn-order sometimes", "Invalid --turn-order 'sometimes'. Specify Alternate or Free.", "pairchat serve [PORT] [options]")]
    [InlineData("serve --max-message-length 0", "Invalid --max-message-length '0'. Specify a number from 1 through 16000.", "pairchat serve [PORT] [options]")]
    [InlineData("serve --history-count -1", "Invalid --history-count '-1'. Specify a number from 0 through 1000000.", "pairchat serve [PORT] [options]")]
    [InlineData("serve --variable =12", "Invalid --variable '=12'. Specify a name and a value, for example count=12.", "pairchat serve [PORT] [options]")]
    [InlineData("serve --wrong", "'--wrong'", "pairchat serve [PORT] [options]")]
    [InlineData("talk", "'talk'", "pairchat serve|connect|key|completion [options]")]
    [InlineData("", "Required command", "pairchat serve|connect|key|completion [options]")]
    public void Invoke_with_an_invalid_command_line_writes_the_error_and_the_usage(string line, string message, string usage)
    {
        var (code, output, error) = Invoke(line);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("pairchat: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains("Usage: " + usage, error, StringComparison.Ordinal);
        Assert.Matches(@"\nFor more information, run 'pairchat( connect| serve)? --help'\.\s+$", error);
    }

    [Theory]
    [InlineData("--help", "pairchat serve 39919 --handle HostA")]
    [InlineData("serve --help", "--bind <ADDRESS>")]
    [InlineData("connect -h", "pairchat connect localhost 39919")]
    [InlineData("completion --help", "bash")]
    public void Help_contains_examples_and_the_exit_codes(string line, string expected)
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
    public void Completion_prints_a_script_for_each_shell(string shell, string expected)
    {
        var (code, output, _) = Invoke("completion " + shell);
        Assert.Equal(0, code);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [NeedsToolFact("bash")]
    public void Bash_completes_with_its_script() => Assert.Equal("serve", Complete("bash", ["--norc", "-c"], """
        . <(pairchat completion bash)
        COMP_LINE='pairchat se' COMP_POINT=11 COMP_WORDS=(pairchat se) COMP_CWORD=1
        _pairchat
        echo "${COMPREPLY[@]}"
        """));

    [NeedsToolFact("zsh")]
    public void Zsh_completes_with_its_script() => Assert.Equal("serve", Complete("zsh", ["-f", "-c"], """
        compdef() { [ "$*" = '_pairchat pairchat' ] }
        compadd() { print -l -- $completions }
        . <(pairchat completion zsh)
        words=(pairchat se) CURRENT=2
        _pairchat
        """));

    [NeedsToolFact("fish")]
    public void Fish_completes_with_its_script() => Assert.Equal("serve", Complete("fish", ["--no-config", "-c"], """
        pairchat completion fish | source
        complete -C 'echo; pairchat se'
        """));

    [NeedsToolFact("pwsh")]
    public void PowerShell_completes_with_its_script() => Assert.Equal("serve", Complete("pwsh", ["-NoProfile", "-c"], """
        pairchat completion pwsh | Out-String | Invoke-Expression
        (TabExpansion2 'Get-Date; pairchat se').CompletionMatches.CompletionText
        """));

    [Theory]
    [InlineData("pairchat se", "serve")]
    [InlineData("pairchat serve --turn-order ", "Free")]
    [InlineData("pairchat serve --turn-order ", "Alternate")]
    [InlineData("pairchat serve --dialect ", "NullTerminated")]
    [InlineData("pairchat serve --dialect ", "Kutztown")]
    [InlineData("pairchat connect localhost --ti", "--timeout")]
    [InlineData("pairchat serve --max-messages", "--max-messages-per-second")]
    public void Suggest_returns_the_completions(string typed, string completion)
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(0, CommandLine.Invoke([$"[suggest:{typed.Length}]", typed], output, error));
        Assert.Contains(completion, output.ToString().Split(Environment.NewLine));
    }

    // Runs a command in a shell in which pairchat is the program under test.
    private static string Complete(string shell, string[] options, string command)
    {
        using var process = Process.Start(new ProcessStartInfo(shell, [.. options, command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["PATH"] = AppContext.BaseDirectory + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH") },
        })!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }

    private static (int Code, string Output, string Error) Invoke(string line)
    {
        using StringWriter output = new(), error = new();
        var code = CommandLine.Invoke(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error);
        return (code, output.ToString(), error.ToString());
    }
}
