using System;
using System.Management.Automation;
using PSPairChat.Connections;
using PSPairChat.Dialects;

namespace PSPairChat.Cmdlets;

/// <summary>Connects to a chat server.</summary>
[Cmdlet(VerbsCommunications.Connect, "ChatServer", DefaultParameterSetName = PairSet, HelpUri = HelpPages.Root + "Connect-ChatServer.md")]
[OutputType(typeof(ChatSession))]
public sealed class ConnectChatServerCommand : OpenSessionCmdlet
{
    private const string LineServiceSet = "LineService";

    /// <summary>Specifies the name or the address of the server. It can contain the port, as in flip1:54321 or tcp://flip1:54321.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Host", "ComputerName", "Cn")]
    [ArgumentCompleter(typeof(HostCompleter))]
    [ValidateNotNullOrEmpty]
    public string HostName { get; set; } = "";

    /// <summary>Specifies the port of the server. The default is 54321.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
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

    private protected override object? ErrorTarget => $"{HostName}:{Port}";

    private protected override void ProcessRecordCore()
    {
        var options = GetOptions(Handle ?? DefaultHandle.Get(MaxHandleLength, IsRoom));
        if (LineService)
            options = options with { TurnOrder = TurnOrder.Free, Dialect = BuiltInDialects.LineService };
        var (host, portOfHost) = HostNameParser.Parse(HostName);
        var port = portOfHost ?? Port;
        Register(ConnectWithRetry(() => IsRoom
            ? RoomMemberSession.Connect(host, port, Room, options, GetRoomDialect(), ToTimeSpan(TimeoutSeconds), StopToken)
            : ClientSession.Connect(host, port, options, ToTimeSpan(TimeoutSeconds), StopToken)));
    }

    private ChatSession ConnectWithRetry(Func<ChatSession> connect)
    {
        var progress = new WaitProgress(this, $"Connecting to {ErrorTarget}");
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
}
