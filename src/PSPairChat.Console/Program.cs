using System;
using System.Runtime.InteropServices;
using System.Text;

namespace PSPairChat.ConsoleApp;

internal static partial class Program
{
    private const int StandardOutput = 1;

    private static int Main(string[] args)
    {
        if (args is ["--version"])
        {
            WriteVersion();
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

    // Without the parser, and where it can be without the console: either takes longer to load than all the rest.
    private static void WriteVersion()
    {
        var version = typeof(Program).Assembly.GetName().Version!.ToString(fieldCount: 3) + Environment.NewLine;
        if (OperatingSystem.IsWindows())
            Console.Out.Write(version);
        else
            _ = Write(StandardOutput, Encoding.UTF8.GetBytes(version), version.Length);
    }

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte[] bytes, nint count);
}
