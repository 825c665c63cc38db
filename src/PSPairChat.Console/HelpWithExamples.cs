using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace PSPairChat.ConsoleApp;

/// <summary>Writes the help of the parser, followed by examples and the exit codes.</summary>
/// <param name="help">The action that writes the help of the parser.</param>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string Serve = """
          pairchat serve                          listen on port 54321 and prompt for a handle
          pairchat serve 39919 --handle HostA
          pairchat serve --room lobby             open a room for many members
          yes | pairchat serve 0 --bind ::1       answer every message with 'y'
          pairchat serve --script talk.chat --handle HostA --repeat 10
        """;

    private const string Connect = """
          pairchat connect localhost 39919        prompt for a handle
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
          0  success                            5    script failed
          1  connection failed                  6    output could not be written
          2  usage error                        129  terminal disconnected, SIGHUP
          3  connection lost                    130  Ctrl+C
          4  some input was not sent            143  SIGTERM
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
