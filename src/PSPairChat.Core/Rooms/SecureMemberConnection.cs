using System;
using System.IO;
using System.Security.Authentication;
using PSPairChat.Connections;

namespace PSPairChat.Rooms;

/// <summary>The server's end of a TLS connection to a member of a room. Each frame is encrypted when it is added to the send queue.</summary>
internal sealed class SecureMemberConnection : SocketMemberConnection
{
    private readonly TlsEngine _engine;
    private byte[] _unread;

    /// <summary>Creates a connection from a trusted TLS connection, whose socket it takes over.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="onReadable">Called, on any thread, when a wait for input has ended.</param>
    /// <param name="onWritable">Called, on any thread, when a wait to send has ended.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The peer has disconnected already.</exception>
    public SecureMemberConnection(TlsConnection connection, Action<MemberConnection> onReadable, Action<MemberConnection> onWritable)
        : base(connection.Socket!, onReadable, onWritable)
    {
        _engine = connection.Engine;
        _unread = connection.UnreadBytes;
        _engine.Output = (buffer, offset, count) => SendQueue.Enqueue(Copy(buffer, offset, count));
    }

    protected override bool HasBufferedInput
    {
        get
        {
            if (_unread.Length > 0 || _engine.HasBufferedInput)
                return true;
            _engine.ReleaseBuffer();
            return false;
        }
    }

    public override int Receive(byte[] buffer, int offset)
    {
        if (_unread.Length > 0)
            return ReceiveUnread(buffer, offset);
        try
        {
            while (true)
            {
                var received = _engine.Read(buffer, offset, buffer.Length - offset);
                if (received == 0 && _engine.InputEnded)
                    return ConnectionLost;
                if (received != TlsEngine.NeedsInput)
                    return received;
                var input = _engine.GetBuffer();
                var count = base.Receive(input.Array!, input.Offset);
                if (count < 0)
                    return count;
                if (count == 0)
                    _engine.Complete();
                else
                    _engine.Advance(count);
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return ConnectionLost;
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _engine.Output = static (_, _, _) => { };
        _engine.Dispose();
    }

    protected override void EnqueueCore(byte[] frame) => _engine.Write(frame, 0, frame.Length);

    protected override void EndOutput()
    {
        _engine.Output = (buffer, offset, count) => SendNow(Copy(buffer, offset, count));
        try
        {
            _engine.Shutdown();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // The peer has closed the connection already.
        }
    }

    private static byte[] Copy(byte[] buffer, int offset, int count)
    {
        var copy = new byte[count];
        Buffer.BlockCopy(buffer, offset, copy, 0, count);
        return copy;
    }

    private int ReceiveUnread(byte[] buffer, int offset)
    {
        var count = Math.Min(_unread.Length, buffer.Length - offset);
        Buffer.BlockCopy(_unread, 0, buffer, offset, count);
        _unread = Copy(_unread, count, _unread.Length - count);
        return count;
    }
}
