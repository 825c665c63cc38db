using System.CommandLine;

namespace PSPairChat.ConsoleApp;

/// <summary><c>pairchat completion</c>: prints what a shell needs to complete the command line with Tab.</summary>
internal static class CompletionCommand
{
    // All of them ask the program itself: [suggest:POSITION] "LINE" prints the words that can stand there.
    private const string Bash = """
        _pairchat() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(pairchat "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -F _pairchat pairchat
        """;

    private const string Zsh = """
        _pairchat() {
            local -a words_there
            words_there=("${(@f)$(pairchat "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -a words_there
        }
        compdef _pairchat pairchat
        """;

    private const string Fish = """
        complete -c pairchat -f -a '(pairchat "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName pairchat -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            pairchat "[suggest:$cursorPosition]" "$commandAst" | Where-Object { $_ -like "$wordToComplete*" }
        }
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Prints what a shell needs to complete the command line with Tab.") { shell };
        command.SetAction(line => line.InvocationConfiguration.Output.WriteLine(line.GetValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            _ => PowerShell,
        }));
        return command;
    }
}
