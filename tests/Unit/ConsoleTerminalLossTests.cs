using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Closes the terminal of pairchat: it ends with the exit code 129, also if SIGHUP is ignored.</summary>
public sealed class ConsoleTerminalLossTests : IDisposable
{
    // One second for the program, and the rest for a busy computer.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly string _exitCodeFile = Path.GetTempFileName();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ConsoleTerminalLossTests() => _listener.Start();

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_exitCodeFile);
    }

    [NeedsToolTheory("tmux")]
    [InlineData("serve 0 --bind 127.0.0.1", "Enter a handle", false)]
    [InlineData("serve 0 --bind 127.0.0.1", "Enter a handle", true)]
    [InlineData("serve 0 --bind 127.0.0.1 --handle HostA", "Waiting for a client", false)]
    [InlineData("serve 0 --bind 127.0.0.1 --handle HostA", "Waiting for a client", true)]
    [InlineData("serve 0 --bind 127.0.0.1 --handle HostA --room lobby", "\nHostA>", false)]
    [InlineData("serve 0 --bind 127.0.0.1 --handle HostA --room lobby", "\nHostA>", true)]
    [InlineData("connect 127.0.0.1 PORT", "Enter a handle", false)]
    [InlineData("connect 127.0.0.1 PORT", "Enter a handle", true)]
    public void Program_ends_in_each_role_and_at_each_prompt(string arguments, string prompt, bool ignoresHangup)
    {
        using (var window = Open(arguments, ignoresHangup))
            window.WaitFor(prompt);
        Assert.Equal("129", WaitForExitCode());
    }

    [NeedsToolTheory("tmux")]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Peer_receives_quit(bool inTurn, bool ignoresHangup)
    {
        TcpClient peer;
        using (var window = Open("connect 127.0.0.1 PORT --handle Chris", ignoresHangup))
        {
            peer = _listener.AcceptTcpClient();
            window.WaitFor("\nChris>");
            window.Type("test");
            if (!inTurn)
            {
                window.Press("Enter");
                window.WaitFor("Waiting for 127.0.0.1...");
            }
        }
        using (peer)
            Assert.Equal(inTurn ? "\\quit\n" : "Chris> test\n\\quit\n", ConsoleProgram.ReadAll(peer));
        Assert.Equal("129", WaitForExitCode());
    }

    [NeedsToolTheory("tmux")]
    [InlineData(false)]
    [InlineData(true)]
    public void Program_ends_while_it_joins_a_room(bool ignoresHangup)
    {
        TcpClient peer;
        using (Open("connect 127.0.0.1 PORT --handle Chris --room lobby", ignoresHangup))
            peer = _listener.AcceptTcpClient();
        using (peer)
            Assert.Equal("129", WaitForExitCode());
    }

    // The shell survives the loss of the terminal to write the exit code.
    private TmuxWindow Open(string arguments, bool ignoresHangup)
    {
        var port = ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var trap = ignoresHangup ? "" : ":";
        return new TmuxWindow(
            $"trap '{trap}' HUP; {ConsoleProgram.Path} {arguments.Replace("PORT", port, StringComparison.Ordinal)}; echo $? >{_exitCodeFile}");
    }

    private string WaitForExitCode()
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var code = File.ReadAllText(_exitCodeFile).Trim();
            if (code.Length > 0)
                return code;
            Assert.True(watch.Elapsed < Limit, "The program is still running.");
            Thread.Sleep(20);
        }
    }
}
