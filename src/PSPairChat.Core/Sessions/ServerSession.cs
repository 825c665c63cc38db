using System;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Security;
using PSPairChat.Sessions;

namespace PSPairChat;

/// <summary>
/// Represents a server session: it listens and serves one client after another. The next client is accepted when a caller has been informed of the end of the
/// last conversation; until then, further clients wait in the backlog of the listener.
/// </summary>
public sealed class ServerSession : PairSession, IInvitingSession
{
    private static readonly TimeSpan AcceptTimeout = TimeSpan.FromSeconds(1);

    private readonly ConnectionListener _listener;
    private readonly object _lock = new();      // held to change what follows, and pulsed after a change; any thread may read
    private volatile PairConversation? _lastConversation;
    private volatile bool _stopped;
    private volatile Task _acceptTask;

    private ServerSession(ConnectionListener listener, ChatOptions options)
        : base(options)
    {
        _listener = listener;
        _listener.Warning += text => AddNotice(ChatNoticeKind.Warning, text);
        LocalEndPoint = listener.LocalEndPoint.ToString();
        Port = (listener.LocalEndPoint as IPEndPoint)?.Port ?? 0;
        Invites = new ChatInviteList(this, room: null, listener);
        _listener.AcceptFailed = AddAcceptWarning;
        HostName = listener.HostName;
        AddNotice(ChatNoticeKind.Lifecycle, $"Listening on {HostName}:{Port}.");
        _acceptTask = AcceptNextAsync();
    }

    /// <inheritdoc/>
    public override ChatRole Role => ChatRole.Server;

    /// <inheritdoc/>
    public override string HostName { get; }

    /// <inheritdoc/>
    public override int Port { get; }

    /// <inheritdoc/>
    public override string? LocalEndPoint { get; }

    /// <inheritdoc/>
    public override ChatCloseReason? CloseReason => IsCompleted ? ChatCloseReason.Stopped : base.CloseReason;

    internal override ChatTurn CurrentTurn => Conversation?.Turn ?? (Options.TurnOrder == TurnOrder.Free ? ChatTurn.Free : ChatTurn.Theirs);

    /// <summary>Gets the invites of the server.</summary>
    public ChatInviteList Invites { get; }

    internal override bool IsCompleted => _stopped;

    private protected override PairConversation? Conversation =>
        _lastConversation is { Lifecycle.State: < ConnectionState.Reported } conversation ? conversation : null;

    private protected override PairConversation? LastConversation => _lastConversation;

    private protected override ChatSessionState StateWithoutPeer => ChatSessionState.Listening;

    /// <summary>Starts a server.</summary>
    /// <param name="port">The port, from 0 through 65535; 0 for any free port.</param>
    /// <param name="options">The options of the session. The handle is required.</param>
    /// <param name="bindAddress">The address to listen on; null for all addresses, IPv6 and IPv4.</param>
    /// <exception cref="ChatException">HandleInvalid, PortInUse, PermissionDenied, ConnectFailed, AddressInvalid or KeyInvalid.</exception>
    public static ServerSession Start(int port, ChatOptions options, IPAddress? bindAddress = null)
    {
        options.Validate();
        return new ServerSession(Listener.Start(port, options, bindAddress), options);
    }

    /// <inheritdoc/>
    public override void Dispose() => Stop(isRestarting: false);

    /// <summary>Ends the session. Never throws.</summary>
    /// <param name="isRestarting">
    /// Whether a client whose session can be resumed is informed that the server accepts connections again soon. Its <see cref="PairSession.CloseReason"/> is
    /// <see cref="ChatCloseReason.PeerRestarting"/>.
    /// </param>
    public void Stop(bool isRestarting)
    {
        lock (_lock)
        {
            if (_stopped)
                return;
            _stopped = true;
            Monitor.PulseAll(_lock);
        }
        _listener.Dispose();
        // When this method returns, nothing of the server runs any more, unless the thread pool is too busy to end the accept in time.
        _acceptTask.Wait(AcceptTimeout);
        if (Conversation is { } conversation)
            Close(conversation, ChatCloseReason.Stopped, isRestarting);
        AddNotice(ChatNoticeKind.Lifecycle, $"Stopped listening on {HostName}:{Port}.");
        CloseTranscript();
    }

    internal static ServerSession FromListener(ConnectionListener listener, ChatOptions options) => new(listener, options);

    private protected override PairConversation GetConversationForSend()
    {
        if (_stopped)
            throw CreateClosedException();
        return Conversation ?? throw (_lastConversation is null && Options.TurnOrder == TurnOrder.Alternate
            ? new ChatException(ChatErrorReason.NotYourTurn, "The client sends first, and no client is connected yet.")
            : new ChatException(ChatErrorReason.NoPeer, "No client is connected."));
    }

    private protected override PairConversation? WaitForConversation(Deadline deadline, CancellationToken cancellationToken)
    {
        if (Conversation is { } current)
            return current;
        lock (_lock)
        {
            while (Conversation is null && !_stopped)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (deadline.HasPassed)
                    return null;
                Monitor.Wait(_lock, deadline.NextWait);
            }
            return Conversation;
        }
    }

    private protected override void OnReported()
    {
        if (!_stopped)
            _acceptTask = AcceptNextAsync();
    }

    private async Task AcceptNextAsync()
    {
        try
        {
            if (await _listener.AcceptAsync().ConfigureAwait(false) is { } transport)
                OnConnected(transport);
        }
        catch (Exception e)
        {
            // No caller awaits this task.
            AddAcceptWarning(e);
        }
    }

    private void AddAcceptWarning(Exception error) => AddNotice(ChatNoticeKind.Warning, $"Failed to accept a connection: {error.Message}");

    private void OnConnected(TransportConnection transport)
    {
        var conversation = new PairConversation(this, transport, ChatSide.Server);
        lock (_lock)
        {
            if (!_stopped)
            {
                _lastConversation = conversation;
                AddNotice(ChatNoticeKind.Presence, $"Established connection with {transport.RemoteEndPoint}", PresenceChange.Arrival);
                if (transport.Security is { } security)
                    AddNotice(ChatNoticeKind.Presence, security.ToString());
                Monitor.PulseAll(_lock);
                return;
            }
        }
        conversation.Close(ChatCloseReason.Stopped);
    }
}
