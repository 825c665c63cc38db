using System;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Dialects;
using PSPairChat.Messages;

namespace PSPairChat.Sessions;

/// <summary>Encodes what one end of a pair sends and sends it. The calling thread holds the write gate, except where stated.</summary>
internal sealed class DialectSender
{
    private readonly ChatSession _session;
    private readonly ChatConnection _connection;
    private readonly ChatSide _side;
    private readonly int _port;
    private volatile DialectEncoder _encoder;
    private volatile bool _hasSendGap;
    private Deadline _sendGap;

    public DialectSender(ChatSession session, ChatConnection connection, ChatDialect dialect, ChatSide side, int port)
    {
        _session = session;
        _connection = connection;
        _side = side;
        _port = port;
        _encoder = CreateEncoder(dialect);
    }

    /// <summary>Changes the dialect. Any thread may call this.</summary>
    public void SetDialect(ChatDialect dialect) => _encoder = CreateEncoder(dialect);

    /// <summary>Encodes a message; the bytes are valid until the next call.</summary>
    /// <exception cref="ChatException">MessageTooLong or MessageInvalid: the dialect cannot carry the message.</exception>
    public ArraySegment<byte> Encode(string text)
    {
        var encoder = _encoder;
        if (encoder.MaxCharacters > 0)
            MessageValidator.ThrowIfInvalid(text, encoder.MaxCharacters);
        return encoder.EncodeMessage(text);
    }

    /// <summary>Waits until the next frame cannot be taken for a part of the last one, where only a pause ends a message.</summary>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public void WaitForSendGap(CancellationToken cancellationToken)
    {
        while (_hasSendGap && !_sendGap.HasPassed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Thread.Sleep(_sendGap.NextWait);
        }
    }

    /// <summary>Records that the peer has responded, which ends the last message as a pause does. Any thread may call this.</summary>
    public void ClearSendGap() => _hasSendGap = false;

    /// <summary>Sends a message that <see cref="Encode"/> returned.</summary>
    /// <exception cref="ChatException">SendTimedOut, PeerQuit, PeerDisconnected or SessionClosed.</exception>
    /// <exception cref="OperationCanceledException">The send was canceled, and the connection is closed.</exception>
    public void Send(ArraySegment<byte> frame, CancellationToken cancellationToken)
    {
        _session.TraceFrame("->", frame);
        _connection.Send(frame, cancellationToken);
        StartSendGap(_encoder.IsUnterminated);
    }

    /// <summary>Sends what the dialect begins a conversation with, if anything.</summary>
    public void SendGreeting()
    {
        var greeting = _encoder.EncodeGreeting();
        if (greeting.Length > 0)
            TrySend(new ArraySegment<byte>(greeting), isUnterminated: greeting[greeting.Length - 1] != '\n');
    }

    /// <summary>Sends what the dialect ends a conversation with, if anything.</summary>
    public void SendQuit()
    {
        var quit = _encoder.EncodeQuit();
        if (quit.Count == 0)
            return;
        WaitForSendGap(CancellationToken.None);
        TrySend(quit, _encoder.IsUnterminated);
    }

    private void TrySend(ArraySegment<byte> frame, bool isUnterminated)
    {
        _session.TraceFrame("->", frame);
        _connection.TrySend(frame);
        StartSendGap(isUnterminated);
    }

    private void StartSendGap(bool isUnterminated)
    {
        if (!isUnterminated)
            return;
        _sendGap = Deadline.After(_session.Options.IdleTimeout);
        _hasSendGap = true;
    }

    private DialectEncoder CreateEncoder(ChatDialect dialect) => new(dialect, _side, _session.Handle, _port);
}
