using System;
using System.Reflection;

namespace PSPairChat.SystemConsole;

internal static class Program
{
    private static int Main(string[] args)
    {
        // Answered without the parser, which takes longer to load than all the rest.
        if (args is ["--version"])
        {
            Console.Out.WriteLine(typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
            return ExitCode.Success;
        }
        try
        {
            return CommandLine.Invoke(args, Console.Out, Console.Error);
        }
        catch (OperationCanceledException)
        {
            // Stopped before there was a chat.
            return ExitCode.Interrupted;
        }
    }
}
