using System;
using System.Globalization;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Security;
using PSPairChat.Sessions;

namespace PSPairChat;

/// <summary>Represents a client session: it connects to a server, has one peer, and ends with the conversation.</summary>
public sealed class ClientSession : PairSession
{
    private readonly PairConversation _conversation;

    private ClientSession(TransportConnection transport, string hostName, int port, ChatOptions options)
        : base(options)
    {
        HostName = hostName;
        Port = port;
        LocalEndPoint = transport.LocalEndPoint?.ToString();
        _conversation = new PairConversation(this, transport, ChatSide.Client);
        AddNotice(ChatNoticeKind.Lifecycle, string.Format(CultureInfo.InvariantCulture, "Connected to {0}:{1}.", hostName, port));
    }

    /// <inheritdoc/>
    public override ChatRole Role => ChatRole.Client;

    /// <inheritdoc/>
    public override string HostName { get; }

    /// <inheritdoc/>
    public override int Port { get; }

    /// <inheritdoc/>
    public override string? LocalEndPoint { get; }

    internal override ChatTurn CurrentTurn => _conversation.Turn;

    internal override bool IsUnanswered => _conversation.IsUnanswered;

    internal override bool CanReceiveGreeting => _conversation.CanReceiveGreeting;

    internal override bool IsCompleted => _conversation.Lifecycle.State == ConnectionState.Reported;

    private protected override PairConversation? Conversation => _conversation;

    private protected override PairConversation? LastConversation => _conversation;

    private protected override ChatSessionState StateWithoutPeer => ChatSessionState.Closed;

    /// <summary>Connects to a server.</summary>
    /// <param name="hostName">The name or address of the server.</param>
    /// <param name="port">The port of the server, from 1 through 65535.</param>
    /// <param name="options">The options of the session. The handle is required.</param>
    /// <param name="timeout">The time limit for connecting. The default is ten seconds.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="ChatException">HandleInvalid, HostNotFound, ConnectFailed or ConnectTimedOut; for a secure connection also the reasons
    /// that begin with Invite, Server and Secure.</exception>
    /// <exception cref="OperationCanceledException">The attempt was canceled.</exception>
    public static ClientSession Connect(
        string hostName, int port, ChatOptions options, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var (connection, server) = Connector.Connect(hostName, port, options, timeout, cancellationToken);
        return new ClientSession(connection, server.Host, server.Port, options);
    }

    /// <inheritdoc/>
    public override void Dispose() => Close(_conversation, ChatCloseReason.Stopped);

    /// <summary>Creates a session on an existing connection, so that the handle can be prompted for after connecting.</summary>
    internal static ClientSession FromConnection(TransportConnection transport, string hostName, int port, ChatOptions options) =>
        new(transport, hostName, port, options);

    internal static ClientSession FromConnection(TransportConnection transport, ChatOptions options) => FromConnection(transport, "memory", 0, options);

    private protected override PairConversation GetConversationForSend() => IsCompleted ? throw CreateClosedException() : _conversation;

    private protected override PairConversation? WaitForConversation(Deadline deadline, CancellationToken cancellationToken) => _conversation;

    private protected override void OnReported() => CloseTranscript();
}
