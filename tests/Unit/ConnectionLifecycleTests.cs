using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

public sealed class ConnectionLifecycleTests
{
    [Fact]
    public void State_moves_forward_only()
    {
        var lifecycle = new ConnectionLifecycle();
        Assert.Equal((ConnectionState.Open, false, null), (lifecycle.State, lifecycle.IsClosed, lifecycle.CloseReason));
        Assert.False(lifecycle.TryReport());
        lifecycle.SetClosing();
        Assert.Equal((ConnectionState.Closing, false, null), (lifecycle.State, lifecycle.IsClosed, lifecycle.CloseReason));
        Assert.False(lifecycle.TryReport());
        Assert.True(lifecycle.TrySetClosed(ChatCloseReason.ProtocolError, new ChatException(ChatErrorReason.LineTooLong, "x")));
        Assert.False(lifecycle.TrySetClosed(ChatCloseReason.Stopped, null));
        lifecycle.SetClosing();
        Assert.Equal((ConnectionState.Closed, true, ChatCloseReason.ProtocolError), (lifecycle.State, lifecycle.IsClosed, lifecycle.CloseReason));
        Assert.Equal(ChatErrorReason.LineTooLong, lifecycle.CloseError!.Reason);
        Assert.True(lifecycle.TryReport());
        Assert.False(lifecycle.TryReport());
        Assert.Equal((ConnectionState.Reported, true, ChatCloseReason.ProtocolError), (lifecycle.State, lifecycle.IsClosed, lifecycle.CloseReason));
    }

    [Fact]
    public void ReleaseReference_returns_true_for_the_last_user_of_a_closed_connection_only()
    {
        var lifecycle = new ConnectionLifecycle();
        Assert.True(lifecycle.TryAddReference());
        Assert.False(lifecycle.ReleaseReference());
        Assert.True(lifecycle.TryAddReference());
        Assert.True(lifecycle.TryAddReference());
        lifecycle.TrySetClosed(ChatCloseReason.Stopped, null);
        Assert.True(lifecycle.TryAddReference());
        Assert.False(lifecycle.ReleaseReference());
        Assert.False(lifecycle.ReleaseReference());
        Assert.True(lifecycle.ReleaseReference());
        Assert.False(lifecycle.TryAddReference());
    }

    [Fact]
    public async Task ReleaseReference_returns_true_for_exactly_one_of_several_threads()
    {
        for (var round = 0; round < 200; round++)
        {
            var lifecycle = new ConnectionLifecycle();
            var disposals = 0;
            using var start = new Barrier(4);
            var tasks = new Task[4];
            for (var i = 0; i < tasks.Length; i++)
            {
                var closes = i == 0;
                tasks[i] = Task.Factory.StartNew(() =>
                {
                    start.SignalAndWait();
                    for (var n = 0; lifecycle.TryAddReference(); n++)
                    {
                        if (closes && n == 100)
                            lifecycle.TrySetClosed(ChatCloseReason.Stopped, null);
                        if (lifecycle.ReleaseReference())
                            Interlocked.Increment(ref disposals);
                    }
                }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
            await Task.WhenAll(tasks);
            Assert.Equal(1, disposals);
        }
    }
}
