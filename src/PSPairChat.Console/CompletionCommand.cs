using System.CommandLine;

namespace PSPairChat.ConsoleApp;

/// <summary>The command <c>pairchat completion</c>: prints a script that enables Tab completion in a shell.</summary>
internal static class CompletionCommand
{
    // Each script calls pairchat: [suggest:POSITION] "LINE" prints the completions at a position.
    private const string Bash = """
        _pairchat() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(pairchat "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -F _pairchat pairchat
        """;

    private const string Zsh = """
        _pairchat() {
            local line="${(j: :)words[1,CURRENT]}"
            local -a completions
            completions=("${(@f)$(pairchat "[suggest:${#line}]" "$line" 2>/dev/null)}")
            compadd -a completions
        }
        compdef _pairchat pairchat
        """;

    private const string Fish = """
        complete -c pairchat -f -a '(pairchat "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName pairchat -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            pairchat "[suggest:$($cursorPosition - $commandAst.Extent.StartOffset)]" "$commandAst" | Where-Object { $_ -like "$wordToComplete*" }
        }
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "The shell: bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Print a script that enables Tab completion in a shell.") { shell };
        command.SetAction(parseResult => parseResult.InvocationConfiguration.Output.WriteLine(parseResult.GetValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            _ => PowerShell,
        }));
        return command;
    }
}
