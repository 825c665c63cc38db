using System.Management.Automation;
using System.Net;

namespace PSPairChat.Cmdlets;

/// <summary>Begins to listen, and gives the session at once.</summary>
[Cmdlet(VerbsLifecycle.Start, "ChatServer")]
[OutputType(typeof(ChatSession))]
public sealed class StartChatServerCommand : OpenSessionCommand
{
    /// <summary>The port to listen on; 0 for any free one.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(IPEndPoint.MinPort, IPEndPoint.MaxPort)]
    public int Port { get; set; } = 54321;

    /// <summary>Our handle.</summary>
    [Parameter]
    [AllowEmptyString]
    public string Handle { get; set; } = "chatserve";

    /// <summary>The address to listen on; all if left out, IPv6 and IPv4.</summary>
    [Parameter]
    public IPAddress? BindAddress { get; set; }

    private protected override object? Target => Port;

    private protected override void Process() => Open(ServerSession.Start(Port, Options(Handle), BindAddress));
}
