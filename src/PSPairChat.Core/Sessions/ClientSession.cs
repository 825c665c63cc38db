using System;
using System.Globalization;
using System.Net;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Sessions;

namespace PSPairChat;

/// <summary>A session that called a server: one peer, and it ends with the conversation.</summary>
public sealed class ClientSession : PairSession
{
    private readonly PairConversation _conversation;
    private int _completed;

    private ClientSession(TransportConnection stream, string hostName, int port, ChatOptions options)
        : base(options)
    {
        HostName = hostName;
        Port = port;
        LocalEndPoint = stream.LocalEndPoint;
        _conversation = new PairConversation(this, stream, ChatSide.Client);
        AddNotice(ChatNoticeKind.Lifecycle, string.Format(CultureInfo.InvariantCulture, "Connected to {0}:{1}.", hostName, port));
    }

    /// <inheritdoc/>
    public override ChatRole Role => ChatRole.Client;

    /// <inheritdoc/>
    public override ChatTurn Turn => _conversation.Turn;

    /// <inheritdoc/>
    public override string HostName { get; }

    /// <inheritdoc/>
    public override int Port { get; }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint { get; }

    internal override bool IsCompleted => Volatile.Read(ref _completed) != 0;

    private protected override PairConversation? Conversation => _conversation;

    private protected override PairConversation? LastConversation => _conversation;

    private protected override ChatSessionState StateWithoutPeer => ChatSessionState.Closed;

    /// <summary>Connects to a server.</summary>
    /// <param name="hostName">Its name or address.</param>
    /// <param name="port">Its port, 1 to 65535.</param>
    /// <param name="options">How to talk; the handle is needed.</param>
    /// <param name="timeout">How long to try; ten seconds if left out.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    /// <exception cref="ChatException">HandleInvalid, HostNotFound, ConnectFailed or ConnectTimedOut.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static ClientSession Connect(
        string hostName, int port, ChatOptions options, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var stream = TcpConnector.Connect(hostName, port, timeout ?? TcpConnector.DefaultTimeout, cancellationToken);
        return new ClientSession(stream, hostName, port, options);
    }

    /// <summary>A session on a connection that stands already: the handle may be asked for in between.</summary>
    internal static ClientSession FromConnection(TransportConnection stream, string hostName, int port, ChatOptions options) => new(stream, hostName, port, options);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _conversation.Close(PSPairChat.ChatCloseReason.Stopped);
        Detach(_conversation);
    }

    internal static ClientSession FromConnection(TransportConnection stream, ChatOptions options) => FromConnection(stream, "memory", 0, options);

    private protected override PairConversation GetConversationForSend() => IsCompleted ? throw CreateClosedException() : _conversation;

    private protected override PairConversation? WaitForConversation(Deadline deadline, CancellationToken cancellationToken) => _conversation;

    private protected override void Detach(PairConversation link)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
            return;
        NotifyDisconnected(link);
        CloseTranscript();
    }
}
