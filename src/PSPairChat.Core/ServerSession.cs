using System;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Transport;

namespace PSPairChat;

/// <summary>
/// A session that listens and talks to one client after another. The next client is taken once a caller has been told of the end of the last conversation;
/// those who call meanwhile wait in the listen backlog.
/// </summary>
public sealed class ServerSession : PairSession
{
    private static readonly TimeSpan TakingPatience = TimeSpan.FromSeconds(1);

    private readonly ByteListener _listener;
    private volatile Task _taking;
    private readonly object _gate = new();      // held to change what follows, and pulsed when it has changed; anybody may look
    private volatile PairLink? _link;
    private volatile PairLink? _lastLink;
    private volatile bool _stopped;

    private ServerSession(ByteListener listener, ChatOptions options)
        : base(options)
    {
        _listener = listener;
        LocalEndPoint = listener.LocalEndPoint;
        HostName = Dns.GetHostName();
        Tell(ChatNoticeKind.Lifecycle, $"Listening on {HostName}:{Port}.");
        _taking = TakeNextAsync();
    }

    /// <inheritdoc/>
    public override ChatRole Role => ChatRole.Server;

    /// <inheritdoc/>
    public override ChatTurn Turn => Link?.Turn ?? (Options.TurnOrder == TurnOrder.Free ? ChatTurn.Free : ChatTurn.Theirs);

    /// <inheritdoc/>
    public override string HostName { get; }

    /// <inheritdoc/>
    public override int Port => (LocalEndPoint as IPEndPoint)?.Port ?? 0;

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint { get; }

    /// <inheritdoc/>
    public override CloseReason? CloseReason => IsOver ? PSPairChat.CloseReason.Stopped : base.CloseReason;

    internal override bool IsOver => _stopped;

    private protected override PairLink? Link => _link;

    private protected override PairLink? LastLink => _lastLink;

    private protected override ChatSessionState StateWithoutPeer => ChatSessionState.Listening;

    /// <summary>Begins to listen.</summary>
    /// <param name="port">The port, 0 to 65535; 0 for any free one.</param>
    /// <param name="options">How to talk; the handle is needed.</param>
    /// <param name="bindAddress">The address to listen on; null for all, IPv6 and IPv4.</param>
    /// <exception cref="ChatException">HandleInvalid, PortInUse or ConnectFailed.</exception>
    public static ServerSession Start(int port, ChatOptions options, IPAddress? bindAddress = null)
    {
        options.Validate();
        return new ServerSession(TcpByteListener.Listen(bindAddress, port), options);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        PairLink? link;
        lock (_gate)
        {
            if (_stopped)
                return;
            _stopped = true;
            link = _link;
            _link = null;
            Monitor.PulseAll(_gate);
        }
        _listener.Dispose();
        // Nothing of the server runs any more when this returns; a pool that is short of threads is not waited for.
        _taking.Wait(TakingPatience);
        if (link is not null)
        {
            link.Close(PSPairChat.CloseReason.Stopped);
            TellEnd(link);
        }
        Tell(ChatNoticeKind.Lifecycle, $"Stopped listening on {HostName}:{Port}.");
        CloseTranscript();
    }

    internal static ServerSession Over(ByteListener listener, ChatOptions options) => new(listener, options);

    private protected override PairLink LinkToSpeakOn()
    {
        lock (_gate)
        {
            if (_stopped)
                throw Closed();
            if (_link is { } link)
                return link;
            throw _lastLink is null && Options.TurnOrder == TurnOrder.Alternate
                ? new ChatException(ChatErrorReason.NotYourTurn, "The client speaks first, and none has called yet.")
                : new ChatException(ChatErrorReason.NoPeer, "Nobody is connected.");
        }
    }

    private protected override PairLink? AwaitLink(Deadline deadline, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            while (_link is null && !_stopped)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (deadline.HasPassed)
                    return null;
                Monitor.Wait(_gate, deadline.NextSlice);
            }
            return _link;
        }
    }

    private protected override void Release(PairLink link)
    {
        lock (_gate)
        {
            if (_link != link)
                return;
            _link = null;
        }
        TellEnd(link);
        _taking = TakeNextAsync();
    }

    private async Task TakeNextAsync()
    {
        try
        {
            if (await _listener.AcceptAsync().ConfigureAwait(false) is { } stream)
                Take(stream);
        }
        catch (Exception e)
        {
            // Nobody awaits this task: what went wrong would never be heard of.
            Tell(ChatNoticeKind.Warning, $"No further client can be taken: {e.Message}");
        }
    }

    private void Take(ByteStream stream)
    {
        var link = new PairLink(this, stream, ChatEnd.Server);
        lock (_gate)
        {
            if (!_stopped)
            {
                _link = _lastLink = link;
                Tell(ChatNoticeKind.Presence, $"Established connection with {stream.RemoteEndPoint}", PresenceChange.Arrival);
                Monitor.PulseAll(_gate);
                return;
            }
        }
        link.Close(PSPairChat.CloseReason.Stopped);
    }
}
