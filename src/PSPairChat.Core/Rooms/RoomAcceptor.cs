using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using PSPairChat.Connections;

namespace PSPairChat.Rooms;

/// <summary>Accepts the connections of a room until it is disposed of. An exception is reported and does not end accepting.</summary>
internal sealed class RoomAcceptor : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly TcpConnectionListener _listener;
    private readonly RoomEventLoop _loop;
    private readonly Action<MemberConnection> _onConnected;
    private readonly Action<MemberConnection> _postReadable;
    private readonly Action<MemberConnection> _postWritable;
    private readonly Action<Exception> _onError;
    private readonly Task _task;

    /// <summary>Starts accepting.</summary>
    /// <param name="listener">The listener. The acceptor disposes of it.</param>
    /// <param name="loop">The loop on which the three callbacks for a connection run.</param>
    /// <param name="onConnected">Called with each new connection.</param>
    /// <param name="onReadable">Called when a connection's wait for input has ended.</param>
    /// <param name="onWritable">Called when a connection's wait to send has ended.</param>
    /// <param name="onError">Called, on any thread, with an exception that was not handled. Must not throw.</param>
    public RoomAcceptor(TcpConnectionListener listener, RoomEventLoop loop, Action<MemberConnection> onConnected,
        Action<MemberConnection> onReadable, Action<MemberConnection> onWritable, Action<Exception> onError)
    {
        _listener = listener;
        _loop = loop;
        _onConnected = onConnected;
        _postReadable = member => loop.Post(onReadable, member);
        _postWritable = member => loop.Post(onWritable, member);
        _onError = onError;
        _task = Task.Run(AcceptAsync);
    }

    /// <summary>Stops listening, and waits until no connection is being accepted.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        _task.Wait();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket? socket = null;
            try
            {
                socket = await _listener.AcceptSocketAsync().ConfigureAwait(false);
                if (socket is null)
                    return;
                _loop.Post(_onConnected, new MemberConnection(socket, _postReadable, _postWritable));
            }
            catch (SocketException)
            {
                // The peer has disconnected already.
                socket?.Dispose();
            }
            catch (Exception e)
            {
                socket?.Dispose();
                _onError(e);
                await Task.Delay(RetryDelay).ConfigureAwait(false);
            }
        }
    }
}
