using System.Management.Automation.Host;
using System.Threading;
using PSPairChat.Terminal;

namespace PSPairChat.Cmdlets;

/// <summary>The interactive chat in PowerShell: on the console itself where the host is a console, through the host where it is another.</summary>
internal static class SessionChat
{
    private const string ConsoleHost = "ConsoleHost";

    /// <summary>Chats until the session is over.</summary>
    public static void Run(ChatSession session, PSHost host, CancellationToken cancellationToken)
    {
        if (host.Name != ConsoleHost || !SystemTerminal.IsAvailable)
        {
            var lines = new HostTerminal(host.UI);
            lines.WriteNotice(ConsoleMessages.GetBanner(session));
            new LineChat(session, lines).Run(cancellationToken);
            return;
        }
        using var terminal = new SystemTerminal();
        terminal.Write(ConsoleMessages.GetBanner(session) + "\r\n");
        new InteractiveChat(session, terminal).Run(cancellationToken);
    }
}
