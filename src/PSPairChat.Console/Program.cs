using System;
using System.Runtime.InteropServices;
using System.Text;

namespace PSPairChat.ConsoleApp;

internal static partial class Program
{
    private const int StandardOutputDescriptor = 1;

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
            // Stopped before a session was open.
            return ExitCode.Interrupted;
        }
    }

    // Uses neither the parser nor, where possible, System.Console: each of them takes longer to load than the rest of the program.
    private static void WriteVersion()
    {
        var version = typeof(Program).Assembly.GetName().Version!.ToString(fieldCount: 3) + Environment.NewLine;
        if (OperatingSystem.IsWindows())
            Console.Out.Write(version);
        else
            _ = Write(StandardOutputDescriptor, Encoding.UTF8.GetBytes(version), version.Length);
    }

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte[] bytes, nint count);
}
