using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Frames over a connection that accepts only four bytes until the peer receives some.</summary>
public sealed class FrameSenderTests
{
    private static readonly ArraySegment<byte> Frame = new("> hello"u8.ToArray(), 2, 5);

    private readonly InMemoryConnection _peer;
    private readonly ConnectionLifecycle _lifecycle = new();
    private readonly FrameSender _sender;

    public FrameSenderTests()
    {
        (var transport, _peer) = InMemoryConnection.CreatePair(capacity: 4);
        _sender = new FrameSender(transport, _lifecycle, TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Frame_is_sent_completely_while_the_peer_receives()
    {
        var receives = Task.Run(() =>
        {
            var received = "";
            var bytes = new byte[10];
            while (received.Length < 10)
            {
                if (_peer.Receive(bytes, 0, bytes.Length, 50) is > 0 and var count)
                    received += Encoding.ASCII.GetString(bytes, 0, count);
            }
            return received;
        });
        while (!_sender.WaitForSpace(1, CancellationToken.None))
            Assert.False(receives.IsCompleted);
        Assert.True(_sender.TrySend(Frame));
        Assert.True(_sender.TrySend(Frame));
        Assert.Equal("hellohello", await receives.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal((null, false, ConnectionState.Open), (_sender.Error, _sender.IsFrameIncomplete, _lifecycle.State));
    }

    [Fact]
    public void Send_to_a_peer_that_receives_nothing_ends_at_the_timeout_with_an_incomplete_frame()
    {
        Assert.True(_sender.WaitForSpace(1, CancellationToken.None));
        Assert.False(_sender.TrySend(Frame, CancellationToken.None));
        Assert.Equal((null, true, ConnectionState.Open), (_sender.Error, _sender.IsFrameIncomplete, _lifecycle.State));
        Assert.False(_sender.WaitForSpace(1, CancellationToken.None));
        Assert.Equal("hell", Receive());
    }

    [Fact]
    public void Canceled_send_leaves_an_incomplete_frame()
    {
        Assert.Throws<OperationCanceledException>(() => _sender.TrySend(Frame, new CancellationToken(canceled: true)));
        Assert.True(_sender.IsFrameIncomplete);
    }

    [Fact]
    public void Send_ends_when_another_thread_closes_the_connection()
    {
        using var transport = InMemoryConnection.CreatePair(capacity: 4).Left;
        var sender = new FrameSender(transport, _lifecycle, TimeSpan.FromHours(1));
        _lifecycle.TrySetClosed(ChatCloseReason.LocalQuit, null);
        Assert.False(sender.TrySend(Frame, CancellationToken.None));
        Assert.True(sender.IsFrameIncomplete);
    }

    [Fact]
    public void Send_over_a_lost_connection_keeps_the_first_error_and_sends_no_part_of_a_frame()
    {
        _peer.Abort();
        Assert.False(_sender.TrySend(Frame, CancellationToken.None));
        var error = _sender.Error;
        Assert.NotNull(error);
        Assert.False(_sender.TrySend(Frame));
        Assert.Equal((error, false, ConnectionState.Open), (_sender.Error, _sender.IsFrameIncomplete, _lifecycle.State));
    }

    [Fact]
    public void Control_frame_that_the_peer_does_not_accept_in_time_is_a_lost_connection()
    {
        Assert.False(_sender.TrySend(Frame));
        Assert.Equal((true, true, ConnectionState.Closing), (_sender.Error!.IsTimeout, _sender.IsFrameIncomplete, _lifecycle.State));
        Assert.Equal("hell", Receive());
    }

    private string Receive()
    {
        var bytes = new byte[10];
        return Encoding.ASCII.GetString(bytes, 0, _peer.Receive(bytes, 0, bytes.Length, 0));
    }
}
