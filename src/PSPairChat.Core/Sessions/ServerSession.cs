using System;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Sessions;

namespace PSPairChat;

/// <summary>
/// A session that listens and talks to one client after another. The next client is taken once a caller has been told of the end of the last conversation;
/// those who call meanwhile wait in the listen backlog.
/// </summary>
public sealed class ServerSession : PairSession
{
    private static readonly TimeSpan AcceptTimeout = TimeSpan.FromSeconds(1);

    private readonly ConnectionListener _listener;
    private volatile Task _acceptTask;
    private readonly object _gate = new();      // held to change what follows, and pulsed when it has changed; anybody may look
    private volatile PairConversation? _conversation;
    private volatile PairConversation? _lastConversation;
    private volatile bool _stopped;

    private ServerSession(ConnectionListener listener, ChatOptions options)
        : base(options)
    {
        _listener = listener;
        LocalEndPoint = listener.LocalEndPoint;
        HostName = Dns.GetHostName();
        AddNotice(ChatNoticeKind.Lifecycle, $"Listening on {HostName}:{Port}.");
        _acceptTask = AcceptNextAsync();
    }

    /// <inheritdoc/>
    public override ChatRole Role => ChatRole.Server;

    /// <inheritdoc/>
    public override ChatTurn Turn => Conversation?.Turn ?? (Options.TurnOrder == TurnOrder.Free ? ChatTurn.Free : ChatTurn.Theirs);

    /// <inheritdoc/>
    public override string HostName { get; }

    /// <inheritdoc/>
    public override int Port => (LocalEndPoint as IPEndPoint)?.Port ?? 0;

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint { get; }

    /// <inheritdoc/>
    public override ChatCloseReason? CloseReason => IsCompleted ? PSPairChat.ChatCloseReason.Stopped : base.CloseReason;

    internal override bool IsCompleted => _stopped;

    private protected override PairConversation? Conversation => _conversation;

    private protected override PairConversation? LastConversation => _lastConversation;

    private protected override ChatSessionState StateWithoutPeer => ChatSessionState.Listening;

    /// <summary>Begins to listen.</summary>
    /// <param name="port">The port, 0 to 65535; 0 for any free one.</param>
    /// <param name="options">How to talk; the handle is needed.</param>
    /// <param name="bindAddress">The address to listen on; null for all, IPv6 and IPv4.</param>
    /// <exception cref="ChatException">HandleInvalid, PortInUse or ConnectFailed.</exception>
    public static ServerSession Start(int port, ChatOptions options, IPAddress? bindAddress = null)
    {
        options.Validate();
        return new ServerSession(TcpConnectionListener.Listen(bindAddress, port), options);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        PairConversation? link;
        lock (_gate)
        {
            if (_stopped)
                return;
            _stopped = true;
            link = _conversation;
            _conversation = null;
            Monitor.PulseAll(_gate);
        }
        _listener.Dispose();
        // Nothing of the server runs any more when this returns; a pool that is short of threads is not waited for.
        _acceptTask.Wait(AcceptTimeout);
        if (link is not null)
        {
            link.Close(PSPairChat.ChatCloseReason.Stopped);
            NotifyDisconnected(link);
        }
        AddNotice(ChatNoticeKind.Lifecycle, $"Stopped listening on {HostName}:{Port}.");
        CloseTranscript();
    }

    internal static ServerSession FromListener(ConnectionListener listener, ChatOptions options) => new(listener, options);

    private protected override PairConversation GetConversationForSend()
    {
        lock (_gate)
        {
            if (_stopped)
                throw CreateClosedException();
            if (_conversation is { } link)
                return link;
            throw _lastConversation is null && Options.TurnOrder == TurnOrder.Alternate
                ? new ChatException(ChatErrorReason.NotYourTurn, "The client speaks first, and none has called yet.")
                : new ChatException(ChatErrorReason.NoPeer, "Nobody is connected.");
        }
    }

    private protected override PairConversation? WaitForConversation(Deadline deadline, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            while (_conversation is null && !_stopped)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (deadline.HasPassed)
                    return null;
                Monitor.Wait(_gate, deadline.NextWait);
            }
            return _conversation;
        }
    }

    private protected override void Detach(PairConversation link)
    {
        lock (_gate)
        {
            if (_conversation != link)
                return;
            _conversation = null;
        }
        NotifyDisconnected(link);
        _acceptTask = AcceptNextAsync();
    }

    private async Task AcceptNextAsync()
    {
        try
        {
            if (await _listener.AcceptAsync().ConfigureAwait(false) is { } stream)
                OnConnected(stream);
        }
        catch (Exception e)
        {
            // Nobody awaits this task: what went wrong would never be heard of.
            AddNotice(ChatNoticeKind.Warning, $"No further client can be taken: {e.Message}");
        }
    }

    private void OnConnected(TransportConnection stream)
    {
        var link = new PairConversation(this, stream, ChatSide.Server);
        lock (_gate)
        {
            if (!_stopped)
            {
                _conversation = _lastConversation = link;
                AddNotice(ChatNoticeKind.Presence, $"Established connection with {stream.RemoteEndPoint}", PresenceChange.Arrival);
                Monitor.PulseAll(_gate);
                return;
            }
        }
        link.Close(PSPairChat.ChatCloseReason.Stopped);
    }
}
