using System;
using System.Net.Sockets;

namespace PSPairChat.Connections;

/// <summary>
/// Descriptors that are kept open so that some can be freed when the process runs out of them: without a free one, the runtime cannot load an assembly and
/// ends the process.
/// </summary>
internal sealed class DescriptorReserve : IDisposable
{
    private const int Count = 16;

    private readonly Socket?[] _sockets = new Socket?[Count];

    /// <summary>Opens the descriptors of the reserve that are not open.</summary>
    /// <returns>Whether all could be opened. Otherwise, none is open.</returns>
    public bool TryFill()
    {
        try
        {
            for (var i = 0; i < Count; i++)
                _sockets[i] ??= new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            return true;
        }
        catch (SocketException)
        {
            Dispose();
            return false;
        }
    }

    /// <summary>Closes the descriptors.</summary>
    public void Dispose()
    {
        for (var i = 0; i < Count; i++)
        {
            _sockets[i]?.Dispose();
            _sockets[i] = null;
        }
    }
}
