using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Starts pairchat with redirected standard streams.</summary>
internal static partial class ConsoleProgram
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Gets the full path of the program.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "pairchat");

    /// <summary>Starts the program.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="input">The whole standard input; null to leave it open.</param>
    public static Process Start(string arguments, string? input) => Start(new ProcessStartInfo(Path, arguments), input);

    /// <summary>
    /// Starts the program with the default actions of the signals, with an open standard input. A process inherits which signals its parent ignores: SIGHUP
    /// under <c>nohup</c>, and SIGINT in a job that a shell runs in the background.
    /// </summary>
    public static Process StartWithDefaultSignals(string arguments) =>
        Start(new ProcessStartInfo("perl", ["-e", "$SIG{HUP} = $SIG{INT} = 'DEFAULT'; exec @ARGV", Path, .. arguments.Split(' ')]), input: null);

    /// <summary>Starts a command of a shell.</summary>
    public static Process StartShell(string command, string? input) => Start(new ProcessStartInfo("sh", ["-c", command]), input);

    public static (int Code, string Output) WaitForExit(Process program)
    {
        try
        {
            var output = program.StandardOutput.ReadToEndAsync();
            Assert.True(program.WaitForExit(Timeout), "Timed out waiting for the program to exit.");
            return (program.ExitCode, output.Result);
        }
        finally
        {
            program.Kill();
        }
    }

    /// <summary>Sends a signal.</summary>
    public static void Signal(Process program, string name)
    {
        using var kill = Process.Start("kill", ["-" + name, program.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Reads until the peer shuts down its side of the connection.</summary>
    public static string ReadAll(TcpClient peer)
    {
        peer.ReceiveTimeout = (int)Timeout.TotalMilliseconds;
        using var reader = new StreamReader(peer.GetStream(), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    public static string ParsePort(string text) => ListeningPort().Match(text).Groups[1].Value;

    public static Process Start(ProcessStartInfo start, string? input)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        var program = Process.Start(start)!;
        if (input is null)
            return program;
        program.StandardInput.Write(input);
        program.StandardInput.Close();
        return program;
    }

    [GeneratedRegex(@"Listening on [^\n]*:(\d+)\.")]
    private static partial Regex ListeningPort();
}
