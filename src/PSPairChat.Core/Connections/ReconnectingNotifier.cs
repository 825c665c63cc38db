using System;

namespace PSPairChat.Connections;

/// <summary>Calls a method for each change of <see cref="ResumableConnection.IsReconnecting"/>, in order and without a lock of the connection.</summary>
/// <param name="connection">The connection.</param>
internal sealed class ReconnectingNotifier(ResumableConnection connection)
{
    private readonly object _gate = new();
    private Action<bool>? _handler;
    private bool _isReconnecting;

    public void SetHandler(Action<bool> handler)
    {
        lock (_gate)
            _handler = handler;
        Notify();
    }

    /// <summary>Calls the method if there is a change. The calling thread holds no lock of the connection.</summary>
    public void Notify()
    {
        if (_isReconnecting == connection.IsReconnecting)
            return;
        lock (_gate)
        {
            if (_handler is not { } handler || _isReconnecting == connection.IsReconnecting || connection.IsEnded)
                return;
            _isReconnecting = !_isReconnecting;
            handler(_isReconnecting);
        }
    }
}
