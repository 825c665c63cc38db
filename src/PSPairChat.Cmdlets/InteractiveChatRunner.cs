using System;
using System.Management.Automation.Host;
using System.Threading;
using PSPairChat.Terminal;

namespace PSPairChat.Cmdlets;

/// <summary>Runs the interactive chat on the system console, or line by line in a host that is not a console.</summary>
internal static class InteractiveChatRunner
{
    private const string ConsoleHost = "ConsoleHost";

    /// <summary>Runs the interactive chat until the session is closed, or the user detaches from it.</summary>
    public static void Run(ChatSession session, PSHost host, CancellationToken cancellationToken)
    {
        if (host.Name != ConsoleHost || !SystemTerminal.IsAvailable)
        {
            var lines = new HostTerminal(host.UI, isWindow: host.Name != ConsoleHost || !Console.IsOutputRedirected);
            lines.WriteNotice(ConsoleMessages.GetBanner(session));
            if (SessionInvites.Create(session) is { } invite)
                lines.WriteNotice(invite);
            new LineChat(session, lines, canDetach: true).Run(cancellationToken);
            return;
        }
        using var terminal = new SystemTerminal();
        terminal.Write(ConsoleMessages.GetBanner(session) + "\r\n");
        if (SessionInvites.Create(session) is { } text)
            terminal.Write(text.Replace("\n", "\r\n") + "\r\n");
        new InteractiveChat(session, terminal, canDetach: true).Run(cancellationToken);
    }
}
