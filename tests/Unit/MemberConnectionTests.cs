using System.Net;
using System.Net.Sockets;
using System.Threading;
using PSPairChat.Rooms;
using Xunit;

namespace PSPairChat.Unit;

public sealed class MemberConnectionTests
{
    private const int TimeoutMilliseconds = 20_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Close_delivers_what_was_sent_although_input_is_unread_and_Abort_does_not(bool closes)
    {
        var frame = new byte[40_000];
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, ReceiveTimeout = TimeoutMilliseconds };
        client.Connect(listener.LocalEndpoint);
        var socket = listener.AcceptSocket();
        using var member = new SocketMemberConnection(socket, _ => { }, _ => { });
        Assert.True(member.TryEnqueue(frame));
        member.Flush(new byte[1024], now: 0);
        Assert.Equal(0, member.QueuedBytes);
        if (!closes)
        {
            member.Abort();
            Assert.Equal(SocketError.ConnectionReset, ReadToEnd(client).Error);
            return;
        }
        client.Send("unread"u8);
        Assert.True(SpinWait.SpinUntil(() => socket.Available > 0, TimeoutMilliseconds));
        member.Close(new byte[1024]);
        Assert.Equal((frame.Length, SocketError.Success), ReadToEnd(client));
    }

    private static (int Received, SocketError Error) ReadToEnd(Socket socket)
    {
        var received = 0;
        var buffer = new byte[4096];
        while (true)
        {
            var count = socket.Receive(buffer, SocketFlags.None, out var error);
            if (count == 0)
                return (received, error);
            received += count;
        }
    }
}
