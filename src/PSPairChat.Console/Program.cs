using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using PSPairChat.Terminal;

namespace PSPairChat.ConsoleApp;

internal static partial class Program
{
    private static int Main(string[] args)
    {
        if (args is ["--version"])
        {
            return WriteVersion() ? ExitCode.Success : ExitCode.OutputFailed;
        }
        try
        {
            return CommandLine.Invoke(args, Console.Out, UnixDescriptor.IsClosed(UnixDescriptor.Error) ? TextWriter.Null : Console.Error);
        }
        catch (Exception e) when (OutputWriter.IsWriteError(e))
        {
            // Help or an error message that cannot be written.
            OutputWriter.OpenError().WriteLine($"pairchat: The output cannot be written. {e.Message}");
            return ExitCode.OutputFailed;
        }
    }

    // Uses neither the parser nor, where possible, System.Console: each of them takes longer to load than the rest of the program.
    private static bool WriteVersion()
    {
        var version = typeof(Program).Assembly.GetName().Version!.ToString(fieldCount: 3) + Environment.NewLine;
        if (!OperatingSystem.IsWindows())
            return Write(UnixDescriptor.Output, Encoding.UTF8.GetBytes(version), version.Length) == version.Length;
        Console.Out.Write(version);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte[] bytes, nint count);
}
