using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Security;

namespace PSPairChat.Rooms;

/// <summary>
/// Accepts the connections of a room until it is disposed of, and pauses while a connection is not admitted: further callers wait in the backlog of the
/// listener. An exception is reported and does not end accepting.
/// </summary>
internal sealed class RoomAcceptor : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly ConnectionListener _listener;
    private readonly RoomEventLoop _loop;
    private readonly Func<MemberConnection, bool> _onConnected;
    private readonly Action<MemberConnection> _postReadable;
    private readonly Action<MemberConnection> _postWritable;
    private readonly Action<MemberConnection> _queueReconnecting;
    private readonly Action<Exception> _onError;
    private readonly SemaphoreSlim _ready = new(1);
    private Task _task = Task.CompletedTask;

    /// <summary>Creates an acceptor.</summary>
    /// <param name="listener">The listener. The acceptor disposes of it.</param>
    /// <param name="loop">The loop on which the four callbacks for a connection run.</param>
    /// <param name="onConnected">Called with each new connection. Returns whether to accept the next one now; if not, <see cref="Resume"/> is to be called.</param>
    /// <param name="onReadable">Called when a connection's wait for input has ended.</param>
    /// <param name="onWritable">Called when a connection's wait to send has ended.</param>
    /// <param name="onReconnecting">Called when the transport of a connection that can be resumed was lost or replaced.</param>
    /// <param name="onError">Called, on any thread, with an exception that was not handled. Must not throw.</param>
    public RoomAcceptor(ConnectionListener listener, RoomEventLoop loop, Func<MemberConnection, bool> onConnected,
        Action<MemberConnection> onReadable, Action<MemberConnection> onWritable, Action<MemberConnection> onReconnecting, Action<Exception> onError)
    {
        _listener = listener;
        _loop = loop;
        _onConnected = onConnected;
        _postReadable = member => loop.Post(onReadable, member);
        _postWritable = member => loop.Post(onWritable, member);
        _queueReconnecting = member => loop.Queue(onReconnecting, member);
        _onError = onError;
    }

    /// <summary>Starts accepting.</summary>
    public void Start() => _task = Task.Run(AcceptAsync);

    /// <summary>Ends the pause that began when a connection was not admitted.</summary>
    public void Resume() => _ready.Release();

    /// <summary>Stops listening, and waits until no connection is being accepted. A pause must have ended.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        _task.Wait();
        _ready.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            await _ready.WaitAsync().ConfigureAwait(false);
            IDisposable? accepted = null;
            try
            {
                accepted = _listener is TcpConnectionListener plain
                    ? await plain.AcceptSocketAsync().ConfigureAwait(false)
                    : await _listener.AcceptAsync().ConfigureAwait(false);
                if (accepted is null)
                    return;
                _loop.Post(OnConnected, CreateMember(accepted));
            }
            catch (SocketException)
            {
                // The peer has disconnected already.
                accepted?.Dispose();
                Resume();
            }
            catch (Exception e)
            {
                accepted?.Dispose();
                _onError(e);
                await Task.Delay(RetryDelay).ConfigureAwait(false);
                Resume();
            }
        }
    }

    private MemberConnection CreateMember(IDisposable accepted) => accepted switch
    {
        ServerResumableConnection connection => new ResumableMemberConnection(connection, _postReadable, _postWritable, _queueReconnecting),
        TlsConnection connection => new SecureMemberConnection(connection, _postReadable, _postWritable),
        _ => new SocketMemberConnection((Socket)accepted, _postReadable, _postWritable),
    };

    private void OnConnected(MemberConnection member)
    {
        var isPaused = false;
        try
        {
            isPaused = !_onConnected(member);
        }
        finally
        {
            if (!isPaused)
                Resume();
        }
    }
}
