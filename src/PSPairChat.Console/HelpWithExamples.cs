using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace PSPairChat.ConsoleApp;

/// <summary>The help that the parser writes, and how it is done in practice.</summary>
/// <param name="help">What writes the help.</param>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string Serve = """
          pairchat serve                          listen on port 54321 and be asked for a handle
          pairchat serve 39919 --handle HostA
          pairchat serve --room lobby             a room for many people
          yes | pairchat serve 0 --bind ::1       a script's server: answers 'y' to everything
          pairchat serve --script talk.chat --handle HostA --repeat 10
        """;

    private const string Connect = """
          pairchat connect localhost 39919        be asked for a handle
          pairchat connect host.example --handle Chris
          pairchat connect host.example --room lobby
          pairchat connect host.example --dialect HandleExchange
          pairchat connect host.example --script talk.chat --handle Chris
          printf 'one\ntwo\n' | pairchat connect localhost 39919 --handle Chris >answers.txt
        """;

    private const string Completion = """
          eval "$(pairchat completion bash)"
          pairchat completion pwsh | Out-String | Invoke-Expression
        """;

    private const string ExitCodes = """
        Exit codes:
          0  a clean end                        3    the peer broke off
          1  no connection                      4    input was left unsaid
          2  wrong usage                        5    the script failed
                                                130  Ctrl+C
        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        output.WriteLine(parseResult.CommandResult.Command.Name switch
        {
            "serve" => Serve,
            "connect" => Connect,
            "completion" => Completion,
            _ => Serve + "\n" + Connect,
        });
        output.WriteLine();
        output.WriteLine(ExitCodes);
        return exitCode;
    }
}
