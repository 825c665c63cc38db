using System;
using System.IO;
using System.Net;
using System.Security.Authentication;

namespace PSPairChat.Connections;

/// <summary>A TLS connection over another connection. The receiving thread decrypts; there is no other thread.</summary>
internal sealed class TlsConnection : TransportConnection
{
    private readonly TransportConnection _transport;
    private readonly TlsEngine _engine;
    private byte[] _unread = [];
    private ChatSecurity? _security;

    public TlsConnection(TransportConnection transport, Func<Action<byte[], int, int>, TlsEngine> start)
    {
        _transport = transport;
        _engine = start(transport.Send);
    }

    public override EndPoint? LocalEndPoint => _transport.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => _transport.RemoteEndPoint;

    public override bool IsReadable => _unread.Length > 0 || _engine.HasBufferedInput || _transport.IsReadable;

    public TlsEngine Engine => _engine;

    /// <summary>Gets how the connection is protected; null until the peer is trusted.</summary>
    public override ChatSecurity? Security => _security;

    public void SetTrusted(ChatSecurity security) => _security = security;

    /// <summary>Continues the handshake.</summary>
    /// <param name="milliseconds">How long to wait for the peer, 0 to <see cref="TransportConnection.PollInterval"/>.</param>
    /// <returns>true if it is complete; otherwise, false.</returns>
    /// <exception cref="AuthenticationException">The handshake failed, or the peer does not use TLS.</exception>
    /// <exception cref="IOException">The peer closed the connection.</exception>
    /// <exception cref="ConnectionLostException">The connection was lost.</exception>
    public bool ContinueHandshake(int milliseconds)
    {
        if (_engine.ContinueHandshake())
            return true;
        if (!Fill(milliseconds))
            return false;
        return _engine.ContinueHandshake();
    }

    /// <summary>Returns received bytes: the next receive begins with them.</summary>
    public void Unread(byte[] bytes, int count)
    {
        _unread = new byte[count];
        Buffer.BlockCopy(bytes, 0, _unread, 0, count);
    }

    public override int Receive(byte[] buffer, int offset, int count, int milliseconds)
    {
        if (_unread.Length > 0)
            return ReceiveUnread(buffer, offset, count);
        try
        {
            while (true)
            {
                var received = _engine.Read(buffer, offset, count);
                if (received == 0 && _engine.InputEnded)
                    throw new ConnectionLostException(isTimeout: false, new IOException("The peer closed the connection without a TLS close."));
                if (received != TlsEngine.NeedsInput)
                    return received;
                if (!Fill(milliseconds))
                    return WouldBlock;
                milliseconds = 0;
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException or ObjectDisposedException)
        {
            throw new ConnectionLostException(isTimeout: false, e);
        }
    }

    public override bool PollWrite(int milliseconds) => _transport.PollWrite(milliseconds);

    public override void Send(byte[] buffer, int offset, int count)
    {
        try
        {
            _engine.Write(buffer, offset, count);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            throw new ConnectionLostException(isTimeout: false, e);
        }
    }

    public override void ShutdownSend()
    {
        try
        {
            _engine.Shutdown();
        }
        catch (Exception e) when (e is IOException or ConnectionLostException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is lost already.
        }
        _transport.ShutdownSend();
    }

    public override void Dispose()
    {
        _engine.Dispose();
        _transport.Dispose();
    }

    private int ReceiveUnread(byte[] buffer, int offset, int count)
    {
        count = Math.Min(count, _unread.Length);
        Buffer.BlockCopy(_unread, 0, buffer, offset, count);
        var rest = new byte[_unread.Length - count];
        Buffer.BlockCopy(_unread, count, rest, 0, rest.Length);
        _unread = rest;
        return count;
    }

    private bool Fill(int milliseconds)
    {
        var buffer = _engine.GetBuffer();
        var received = _transport.Receive(buffer.Array!, buffer.Offset, buffer.Count, milliseconds);
        if (received == WouldBlock)
            return false;
        if (received == 0)
            _engine.Complete();
        else
            _engine.Advance(received);
        return true;
    }
}
