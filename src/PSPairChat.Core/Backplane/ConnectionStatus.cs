namespace PSPairChat.Backplane;

/// <summary>Whether both connections of a room to its backplane are established. They are at first. Can be used on any thread.</summary>
internal sealed class ConnectionStatus
{
    private readonly object _lock = new();
    private bool _reader = true;
    private bool _writer = true;

    /// <summary>Gets whether both connections are established.</summary>
    public bool IsConnected
    {
        get
        {
            lock (_lock)
                return _reader && _writer;
        }
    }

    /// <summary>Sets whether the reader is connected.</summary>
    /// <returns>The new state of both; null if it is as before.</returns>
    public bool? SetReader(bool isConnected) => Set(ref _reader, isConnected);

    /// <summary>Sets whether the writer is connected.</summary>
    /// <returns>The new state of both; null if it is as before.</returns>
    public bool? SetWriter(bool isConnected) => Set(ref _writer, isConnected);

    private bool? Set(ref bool state, bool isConnected)
    {
        lock (_lock)
        {
            var before = IsConnected;
            state = isConnected;
            return IsConnected == before ? null : !before;
        }
    }
}
