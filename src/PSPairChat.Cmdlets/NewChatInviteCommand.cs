using System;
using System.Linq;
using System.Management.Automation;
using PSPairChat.Connections;

namespace PSPairChat.Cmdlets;

/// <summary>Creates an invite, with which a client can connect to a secure server.</summary>
[Cmdlet(VerbsCommon.New, "ChatInvite", HelpUri = HelpPages.Root + "New-ChatInvite.md")]
[OutputType(typeof(ChatInvite))]
public sealed class NewChatInviteCommand : InviteCmdlet
{
    /// <summary>
    /// Specifies the name or address with which the client reaches the server, and the port if it is another one; by default, an address of this host. Further
    /// ones are those of other servers that carry the room.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? HostName { get; set; }

    /// <summary>Specifies the number of minutes after which the invite expires. The default is 10.</summary>
    [Parameter]
    [ValidateRange(0.01, 525600)]
    public double ExpiresInMinutes { get; set; } = ChatInviteOptions.DefaultLifetime.TotalMinutes;

    /// <summary>Specifies how many clients can use the invite. The default is 1.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int MaxUses { get; set; } = 1;

    /// <summary>Specifies the handle that the client uses by default.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SuggestionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Handle { get; set; }

    private protected override void ProcessRecordCore() => WriteObject(GetInvites().Create(new ChatInviteOptions
    {
        HostName = HostName?[0],
        OtherServers = HostNameParser.ParseAll((HostName ?? []).Skip(1), defaultPort: 0),
        Lifetime = TimeSpan.FromMinutes(ExpiresInMinutes),
        MaxUses = MaxUses,
        Handle = Handle,
    }));
}
