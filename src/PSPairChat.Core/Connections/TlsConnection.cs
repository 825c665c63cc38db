using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace PSPairChat.Connections;

/// <summary>A TLS connection over another connection. The receiving thread decrypts; there is no other thread.</summary>
internal sealed class TlsConnection : TransportConnection
{
    private const int MaxRecordBytes = 16384;

    private readonly TransportConnection _transport;
    private readonly TlsEngine _engine;
    private readonly PendingOutput _output = new();
    private byte[] _unread = [];
    private int _encryptedBytes;        // of the record in the output
    private ChatSecurity? _security;
    private volatile bool _endReceived;
    private volatile bool _hasBufferedInput;    // as the last receive left it; only the receiving thread may ask the engine

    public TlsConnection(TransportConnection transport, Func<Action<byte[], int, int>, TlsEngine> start)
    {
        _transport = transport;
        _engine = start(AddOutput);
    }

    public override EndPoint? LocalEndPoint => _transport.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => _transport.RemoteEndPoint;

    public override Socket? Socket => _transport.Socket;

    public override bool IsReadable => _unread.Length > 0 || _hasBufferedInput || _endReceived || _transport.IsReadable;

    public TlsEngine Engine => _engine;

    /// <summary>Gets how the connection is protected; null until the peer is trusted.</summary>
    public override ChatSecurity? Security => _security;

    public void SetTrusted(ChatSecurity security) => _security = security;

    /// <summary>Gets the bytes that were received and returned by <see cref="Unread"/>.</summary>
    public byte[] UnreadBytes => _unread;

    /// <summary>Continues the handshake.</summary>
    /// <param name="milliseconds">How long to wait for the peer, 0 to <see cref="TransportConnection.PollInterval"/>.</param>
    /// <returns>true if it is complete; otherwise, false.</returns>
    /// <exception cref="AuthenticationException">The handshake failed, or the peer does not use TLS.</exception>
    /// <exception cref="IOException">The peer closed the connection.</exception>
    /// <exception cref="ConnectionLostException">The connection was lost.</exception>
    public bool ContinueHandshake(int milliseconds)
    {
        var isComplete = _engine.ContinueHandshake();
        if (!isComplete && Fill(milliseconds))
            isComplete = _engine.ContinueHandshake();
        _hasBufferedInput = _engine.HasBufferedInput;
        return FlushOutput() && isComplete;
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
        if (_endReceived)
            return 0;
        try
        {
            while (true)
            {
                var received = _engine.Read(buffer, offset, count);
                if (received == 0 && _engine.InputEnded)
                    throw new ConnectionLostException(isTimeout: false, new IOException("The peer closed the connection without a TLS close."));
                if (received != TlsEngine.NeedsInput)
                {
                    // The engine returns the end only once.
                    _endReceived = received == 0;
                    return received;
                }
                if (!Fill(milliseconds))
                    return WouldBlock;
                milliseconds = 0;
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException or ObjectDisposedException)
        {
            throw new ConnectionLostException(isTimeout: false, e);
        }
        finally
        {
            _hasBufferedInput = _engine.HasBufferedInput;
        }
    }

    public override bool PollWrite(int count, int milliseconds)
    {
        int pending;
        lock (_output)
            pending = _output.Count;
        return _transport.PollWrite(Math.Max(count, pending), milliseconds);
    }

    public override int Send(byte[] buffer, int offset, int count)
    {
        try
        {
            // A record that was not sent completely is continued: only then do its bytes count as sent.
            if (FlushOutput() && _encryptedBytes == 0)
            {
                _encryptedBytes = Math.Min(count, MaxRecordBytes);
                _engine.Write(buffer, offset, _encryptedBytes);
            }
            if (!FlushOutput())
                return 0;
            var sent = _encryptedBytes;
            _encryptedBytes = 0;
            return sent;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            throw new ConnectionLostException(isTimeout: false, e);
        }
    }

    /// <summary>Sends a few bytes, and waits until they are sent.</summary>
    /// <returns>false if the deadline passed.</returns>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    public bool TrySendAll(byte[] bytes, Deadline deadline)
    {
        for (var sent = 0; sent < bytes.Length; sent += Send(bytes, sent, bytes.Length - sent))
        {
            if (!PollWrite(bytes.Length - sent, deadline.NextWait) && deadline.HasPassed)
                return false;
        }
        return true;
    }

    public override void ShutdownSend()
    {
        try
        {
            _engine.Shutdown();
            FlushOutput();
        }
        catch (Exception e) when (e is IOException or ConnectionLostException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is lost already.
        }
        _transport.ShutdownSend();
    }

    public override void ReleaseBuffers() => _engine.ReleaseBuffer();

    public override void Abort()
    {
        _transport.Abort();
        _engine.Dispose();
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

    // May be called by the receiving thread too.
    private void AddOutput(byte[] buffer, int offset, int count)
    {
        lock (_output)
            _output.Add(buffer, offset, count);
    }

    // Whether all of the output was sent.
    private bool FlushOutput()
    {
        lock (_output)
        {
            while (_output.Count > 0)
            {
                var bytes = _output.Bytes;
                var sent = _transport.Send(bytes.Array!, bytes.Offset, bytes.Count);
                if (sent == 0)
                    return false;
                _output.Remove(sent);
            }
            return true;
        }
    }

    private bool Fill(int milliseconds)
    {
        try
        {
            FlushOutput();
        }
        catch (ConnectionLostException)
        {
            // What was received before is delivered before the loss is.
        }
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
