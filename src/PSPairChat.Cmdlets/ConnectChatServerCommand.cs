using System;
using System.Linq;
using System.Management.Automation;
using PSPairChat.Connections;
using PSPairChat.Dialects;
using PSPairChat.Security;
using PSPairChat.Terminal;

namespace PSPairChat.Cmdlets;

/// <summary>Connects to a chat server.</summary>
[Cmdlet(VerbsCommunications.Connect, "ChatServer", DefaultParameterSetName = PairSet, HelpUri = HelpPages.Root + "Connect-ChatServer.md")]
[OutputType(typeof(ChatSession))]
public sealed class ConnectChatServerCommand : OpenSessionCmdlet
{
    private const string LineServiceSet = "LineService";
    private const string InviteSet = "Invite";

    /// <summary>
    /// Specifies the name or the address of the server. It can contain the port, as in flip1:54321 or tcp://flip1:54321. With several, the cmdlet connects to the
    /// first server that can be connected to, and a member of a room continues at another one if its session can be resumed.
    /// </summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = PairSet)]
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = RoomSet)]
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LineServiceSet)]
    [Alias("Host", "ComputerName", "Cn")]
    [ArgumentCompleter(typeof(HostCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = [];

    /// <summary>Specifies the port of the server. The default is 54321.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = PairSet)]
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = RoomSet)]
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = LineServiceSet)]
    [ArgumentCompleter(typeof(SuggestionCompleter))]
    [ValidateRange(1, 65535)]
    public int Port { get; set; } = 54321;

    /// <summary>Specifies the handle of the client. The default is the name of the user without characters that a handle cannot contain.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SuggestionCompleter))]
    [AllowEmptyString]
    public string? Handle { get; set; }

    /// <summary>Specifies the time limit for connecting, in seconds. The default is 10.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400)]
    public double TimeoutSeconds { get; set; } = 10;

    /// <summary>Specifies an invite of a secure server, which begins with pairchat://.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InviteSet)]
    [ValidateNotNullOrEmpty]
    public string Invite { get; set; } = "";

    /// <summary>Indicates that the connection uses TLS, and that the key of the server must be known.</summary>
    [Parameter]
    public SwitchParameter Secure { get; set; }

    /// <summary>Specifies the fingerprint that the key of the server must have. Implies Secure.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Fingerprint { get; set; }

    /// <summary>Indicates that a key of the server that is not known yet is accepted and recorded. Implies Secure.</summary>
    [Parameter]
    public SwitchParameter AcceptNewKey { get; set; }

    /// <summary>Specifies how many times connecting is tried again if it fails. The default is 0.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaximumRetryCount { get; set; }

    /// <summary>Specifies the time between two attempts to connect, in seconds. The default is 1.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400)]
    public double RetryIntervalSeconds { get; set; } = 1;

    /// <summary>Indicates that the server is not a chat program: both sides send lines, without handles and turns.</summary>
    [Parameter(ParameterSetName = LineServiceSet, Mandatory = true)]
    public SwitchParameter LineService { get; set; }

    /// <inheritdoc/>
    [Parameter(ParameterSetName = PairSet)]
    [Parameter(ParameterSetName = InviteSet)]
    public override TurnOrder TurnOrder { get; set; }

    /// <inheritdoc/>
    [Parameter(ParameterSetName = PairSet)]
    [Parameter(ParameterSetName = RoomSet)]
    [Parameter(ParameterSetName = InviteSet)]
    [ChatDialectTransformation]
    [ArgumentCompleter(typeof(DialectCompleter))]
    public override ChatDialect? Dialect
    {
        get => base.Dialect;
        set => base.Dialect = value;
    }

    private protected override object? ErrorTarget => ParameterSetName == InviteSet ? null : $"{string.Join(",", HostName)}:{Port}";

    private protected override void ProcessRecordCore()
    {
        var inviteText = ParameterSetName == InviteSet ? Invite : InviteUri.IsInvite(HostName[0]) ? HostName[0] : null;
        var invite = inviteText is null ? null : InviteUri.Parse(inviteText);
        var servers = invite?.Servers ?? HostNameParser.ParseAll(HostName, Port);
        var room = invite is null && IsRoom ? Room : invite?.Room;
        var handle = Handle ?? invite?.Handle ?? DefaultHandle.Get(MaxHandleLength, lettersOnly: room is not null);
        var options = GetOptions(handle) with { SecureClient = GetSecureOptions(inviteText), OtherServers = servers.Skip(1).ToArray() };
        if (LineService)
            options = options with { TurnOrder = TurnOrder.Free, Dialect = BuiltInDialects.LineService };
        Register(ConnectWithRetry(() => UnknownKey.Retry<ChatSession>(options, Connect, Console.IsInputRedirected ? null : Confirm)));

        ChatSession Connect(ChatOptions o) => room is null
            ? ClientSession.Connect(servers[0].Host, servers[0].Port, o, ToTimeSpan(TimeoutSeconds), StopToken)
            : RoomMemberSession.Connect(servers[0].Host, servers[0].Port, room, o, GetRoomDialect(), ToTimeSpan(TimeoutSeconds), StopToken);
    }

    private ChatSession ConnectWithRetry(Func<ChatSession> connect)
    {
        var progress = new WaitProgress(this, $"Connecting to {ErrorTarget ?? "the server of the invite"}");
        for (var retries = 0; ; retries++)
        {
            try
            {
                var session = connect();
                progress.Complete();
                return session;
            }
            catch (ChatException e) when (retries < MaximumRetryCount
                && e.Reason is ChatErrorReason.ConnectFailed or ChatErrorReason.ConnectTimedOut or ChatErrorReason.HostNotFound)
            {
                WriteVerbose($"{e.Message} Retry {retries + 1} of {MaximumRetryCount} in {RetryIntervalSeconds:0.###} seconds.");
                WaitForRetry(progress);
            }
        }
    }

    private void WaitForRetry(WaitProgress progress)
    {
        var deadline = Deadline.After(ToTimeSpan(RetryIntervalSeconds));
        while (!deadline.HasPassed)
        {
            progress.Update();
            StopToken.WaitHandle.WaitOne(deadline.NextWait);
            StopToken.ThrowIfCancellationRequested();
        }
    }

    private protected override string? GetRecommendedAction(ChatException exception) =>
        exception.Reason == ChatErrorReason.NotARoom ? "Omit -Room to connect to a one-to-one server." : base.GetRecommendedAction(exception);

    private SecureClientOptions? GetSecureOptions(string? invite) => invite is not null || Secure || AcceptNewKey || Fingerprint is not null || Resume
        ? new SecureClientOptions { Invite = invite, Fingerprint = Fingerprint, AcceptNewKey = AcceptNewKey }
        : null;

    // Returns false in a session that is not interactive, so that the error remains.
    private bool Confirm(string question)
    {
        try
        {
            return ShouldContinue(question, "Accept the key of the server?");
        }
        catch (PSInvalidOperationException)
        {
            return false;
        }
    }
}
