using System.Threading;

namespace PSPairChat.Connections;

/// <summary>Holds the state of a connection, why it ended, and how many threads use it. Any thread may call any member.</summary>
internal sealed class ConnectionLifecycle
{
    private const int Disposed = int.MinValue;

    private readonly object _lock = new();
    private int _state;                         // a ConnectionState
    private ChatCloseReason _closeReason;       // as the error, set before the state becomes Closed
    private ChatException? _closeError;
    private int _references;                    // the number of users, or Disposed

    public ConnectionState State => (ConnectionState)Volatile.Read(ref _state);

    public bool IsClosed => State >= ConnectionState.Closed;

    /// <summary>Gets why the conversation ended; null while it has not.</summary>
    public ChatCloseReason? CloseReason => IsClosed ? _closeReason : null;

    /// <summary>Gets the error that ended the conversation; null where no error did.</summary>
    public ChatException? CloseError => IsClosed ? _closeError : null;

    /// <summary>Records that nothing more can be received.</summary>
    public void SetClosing() => TryChangeState(ConnectionState.Open, ConnectionState.Closing);

    /// <summary>Records that the conversation has ended.</summary>
    /// <returns>Whether this call ended it.</returns>
    public bool TrySetClosed(ChatCloseReason reason, ChatException? error)
    {
        lock (_lock)
        {
            if (IsClosed)
                return false;
            _closeReason = reason;
            _closeError = error;
            Volatile.Write(ref _state, (int)ConnectionState.Closed);
            return true;
        }
    }

    /// <summary>Records that a caller is informed of the end.</summary>
    /// <returns>Whether this call is the first after the end.</returns>
    public bool TryReport() => State == ConnectionState.Closed && TryChangeState(ConnectionState.Closed, ConnectionState.Reported);

    /// <summary>Registers a user of the transport.</summary>
    /// <returns>Whether the transport can be used; false when it is disposed of.</returns>
    public bool TryAddReference()
    {
        int references;
        do
        {
            references = Volatile.Read(ref _references);
            if (references == Disposed)
                return false;
        }
        while (Interlocked.CompareExchange(ref _references, references + 1, references) != references);
        return true;
    }

    /// <summary>Removes a user of the transport.</summary>
    /// <returns>Whether it was the last one of a closed connection: the caller disposes of the transport.</returns>
    public bool ReleaseReference() =>
        Interlocked.Decrement(ref _references) == 0 && IsClosed && Interlocked.CompareExchange(ref _references, Disposed, 0) == 0;

    private bool TryChangeState(ConnectionState from, ConnectionState to) => Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from;
}
