using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PSPairChat.Connections;

/// <summary>
/// Represents a TCP connection. All calls are synchronous: on Unix, one asynchronous call would register the socket with the runtime's event loop, and every
/// later call would take longer.
/// </summary>
internal sealed class TcpConnection : TransportConnection
{
    // Winsock rounds short receive timeouts up to half a second and more; elsewhere the receive timeout is the fastest way to wait.
    private static readonly bool UsesPoll = Environment.OSVersion.Platform == PlatformID.Win32NT;

    private const int KeepAliveIdleSeconds = 60;
    private const int KeepAliveIntervalSeconds = 15;
    private const int KeepAliveProbes = 5;

    // A socket that polls as writable has space for at least this many bytes: the default of SO_SNDLOWAT on BSD and macOS.
    private const int MaxSendBytes = 2048;

    // The memory that a send takes at most in addition to its bytes.
    private const int SendOverhead = 2048;

    private readonly Socket _socket;
    private readonly int _spaceAfterPoll;
    private int _sendSpace;     // the space of the send buffer that is known to be free; it can only have grown since the last poll
    private volatile bool _sendShutdown;
    private volatile ConnectionLostException? _sendError;
    private bool _endReceived;

    public TcpConnection(Socket socket)
    {
        _socket = socket;
        Configure(socket);
        // On Linux, a writable socket has a third of its buffer free, so that one poll is enough for many sends.
        _spaceAfterPoll = RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? Math.Max(MaxSendBytes, socket.SendBufferSize / 4) : MaxSendBytes;
        LocalEndPoint = UnmapIPv4(socket.LocalEndPoint);
        RemoteEndPoint = UnmapIPv4(socket.RemoteEndPoint);
    }

    public override EndPoint? LocalEndPoint { get; }

    public override EndPoint? RemoteEndPoint { get; }

    public override Socket? Socket => _socket;

    public override bool IsReadable
    {
        get
        {
            try
            {
                return _socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception e) when (IsConnectionError(e))
            {
                return true;
            }
        }
    }

    public override int Receive(byte[] buffer, int offset, int count, int milliseconds)
    {
        try
        {
            if ((UsesPoll || milliseconds < PollInterval) && !_socket.Poll(milliseconds * 1000, SelectMode.SelectRead))
                return WouldBlock;
            var received = _socket.Receive(buffer, offset, count, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success when received == 0 && FindLoss() is { } loss => throw loss,
                SocketError.Success => received,
                SocketError.WouldBlock or SocketError.TimedOut => WouldBlock,
                _ => throw CreateException(new SocketException((int)error)),
            };
        }
        catch (Exception e) when (IsConnectionError(e))
        {
            throw CreateException(e);
        }
    }

    public override bool PollWrite(int count, int milliseconds)
    {
        if (_sendSpace >= Math.Min(count, MaxSendBytes))
            return true;
        try
        {
            if (!_socket.Poll(milliseconds * 1000, SelectMode.SelectWrite))
                return false;
        }
        catch (Exception e) when (IsConnectionError(e))
        {
            // The send fails with this error.
        }
        _sendSpace = _spaceAfterPoll;
        return true;
    }

    public override int Send(byte[] buffer, int offset, int count)
    {
        var total = 0;
        try
        {
            // A blocking socket accepts a part that fits into its buffer at once.
            while (total < count && PollWrite(count - total, 0))
            {
                var sent = _socket.Send(buffer, offset + total, Math.Min(count - total, MaxSendBytes), SocketFlags.None, out var error);
                if (error != SocketError.Success)
                    throw _sendError = CreateException(new SocketException((int)error));
                total += sent;
                // Winsock guarantees no more than one send after a poll.
                _sendSpace = UsesPoll ? 0 : Math.Max(0, _sendSpace - sent - SendOverhead);
            }
            return total;
        }
        catch (Exception e) when (IsConnectionError(e))
        {
            throw CreateException(e);
        }
    }

    public override void ShutdownSend()
    {
        _sendShutdown = true;
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsConnectionError(e))
        {
            // The connection is closed already.
        }
    }

    public override void Abort()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (IsConnectionError(e))
        {
            // The connection is closed already.
        }
        Dispose();
    }

    public override void Dispose() => _socket.Dispose();

    /// <summary>Returns an IPv4-mapped IPv6 address as an IPv4 address, and every other one unchanged.</summary>
    public static EndPoint? UnmapIPv4(EndPoint? endPoint) =>
        endPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } ip ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port) : endPoint;

    private static void Configure(Socket socket)
    {
        socket.NoDelay = true;
        if (!UsesPoll)
            socket.ReceiveTimeout = PollInterval;
        EnableKeepAlive(socket);
    }

    /// <summary>Enables keep-alive probes, which detect a dead peer within 60 + 5 * 15 seconds where the system supports these options.</summary>
    public static void EnableKeepAlive(Socket socket)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            // TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT, which have no names in netstandard2.0.
            socket.SetSocketOption(SocketOptionLevel.Tcp, (SocketOptionName)3, KeepAliveIdleSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, (SocketOptionName)17, KeepAliveIntervalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, (SocketOptionName)16, KeepAliveProbes);
        }
        catch (SocketException)
        {
            // An older system uses its default intervals.
        }
    }

    // A lost connection returns its error once, and afterwards the end of the stream. The error is either that of a send, or the timeout of a peer that stopped
    // responding, which cannot be distinguished from a receive timeout. After a true end, data can still be sent, or a reset that followed is pending.
    private ConnectionLostException? FindLoss()
    {
        if (_sendShutdown || _endReceived)
            return null;
        if (_sendError is { } sendError)
            return sendError;
        if (_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is 0)
        {
            _socket.Send([], 0, 0, SocketFlags.None, out var error);
            if (error != SocketError.Success)
                return new ConnectionLostException(isTimeout: true, new SocketException((int)SocketError.TimedOut));
        }
        _endReceived = true;
        return null;
    }

    private static bool IsConnectionError(Exception e) => e is SocketException or ObjectDisposedException;

    private static ConnectionLostException CreateException(Exception cause) =>
        new((cause as SocketException)?.SocketErrorCode == SocketError.TimedOut, cause);
}
