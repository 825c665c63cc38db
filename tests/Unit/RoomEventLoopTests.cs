using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Rooms;
using Xunit;

namespace PSPairChat.Unit;

public sealed class RoomEventLoopTests
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(20);

    private readonly BlockingCollection<(Exception Error, MemberConnection? Member)> _errors = [];

    [Fact]
    public void An_exception_in_a_work_item_is_reported_and_the_loop_goes_on()
    {
        using var loop = new RoomEventLoop(() => { }, () => { }, OnError, () => 0);
        loop.Post(() => throw new InvalidOperationException("first"));
        Assert.Equal("first", TakeError().Error.Message);
        var done = false;
        loop.Invoke(() => done = true);
        Assert.True(done);
    }

    [Fact]
    public void An_exception_in_invoked_work_reaches_the_caller_and_is_not_reported()
    {
        using var loop = new RoomEventLoop(() => { }, () => { }, OnError, () => 0);
        Assert.Equal("first", Assert.Throws<InvalidOperationException>(() => loop.Invoke(() => throw new InvalidOperationException("first"))).Message);
        loop.Invoke(() => { });
        Assert.Empty(_errors);
    }

    [Fact]
    public void An_exception_at_the_end_of_a_batch_is_reported_and_the_loop_goes_on()
    {
        using var loop = new RoomEventLoop(() => throw new InvalidOperationException("batch"), () => { }, OnError, () => 0);
        loop.Post(() => { });
        loop.Post(() => { });
        Assert.Equal("batch", TakeError().Error.Message);
        Assert.Equal("batch", TakeError().Error.Message);
    }

    [Fact]
    public void An_exception_on_the_timer_is_reported_and_the_timer_elapses_again()
    {
        RoomEventLoop? loop = null;
        using (loop = new RoomEventLoop(() => loop!.ScheduleTimer(1), () => throw new InvalidOperationException("timer"), OnError, () => 0))
        {
            loop.Post(() => { });
            Assert.Equal("timer", TakeError().Error.Message);
            Assert.Equal("timer", TakeError().Error.Message);
        }
    }

    [Fact]
    public void Work_posted_by_many_threads_runs_one_at_a_time()
    {
        const int ThreadCount = 4, WorkCount = 5000;
        using var loop = new RoomEventLoop(() => { }, () => { }, OnError, () => 0);
        int running = 0, done = 0, overlaps = 0;
        var threads = Array.ConvertAll(new int[ThreadCount], _ => new Thread(() =>
        {
            for (var i = 0; i < WorkCount; i++)
            {
                loop.Post(() =>
                {
                    if (Interlocked.Increment(ref running) != 1)
                        overlaps++;
                    done++;
                    Interlocked.Decrement(ref running);
                });
            }
        }));
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => Assert.True(thread.Join(WaitTimeout)));
        loop.Invoke(() => { });
        Assert.Equal((ThreadCount * WorkCount, 0), (done, overlaps));
    }

    [Fact]
    public void Random_work_of_many_threads_runs_once_in_order_and_in_bounded_batches() => FuzzRun.Repeat(random =>
    {
        const int ThreadCount = 4, WorkCount = 300, MaxBatchBytes = 16 * 1024, MaxItemBytes = 4096;
        int running = 0, overlaps = 0, batchBytes = 0, maxBatchBytes = 0, errors = 0, expectedErrors = 0;
        var done = Array.ConvertAll(new int[ThreadCount], _ => new List<int>());
        var deferred = new List<int>();
        var expectedDeferred = 0;
        RoomEventLoop? loop = null;
        void Work(int thread, int number, int choice, int bytes)
        {
            overlaps += Interlocked.Increment(ref running) == 1 ? 0 : 1;
            done[thread].Add(number);
            batchBytes += bytes;
            loop!.AddBatchBytes(bytes);
            if (choice == 1)
                loop.Defer(_ => deferred.Add(number), null!);
            Interlocked.Decrement(ref running);
            if (choice == 2)
                throw new InvalidOperationException("expected");
        }
        void OnBatchCompleted()
        {
            maxBatchBytes = Math.Max(maxBatchBytes, batchBytes);
            batchBytes = 0;
        }
        using (loop = new RoomEventLoop(OnBatchCompleted, () => { }, (_, _) => errors++, () => 0))
        {
            var threads = Enumerable.Range(0, ThreadCount).Select(thread =>
            {
                var plan = Enumerable.Range(0, WorkCount).Select(_ => (How: random.Next(3), Choice: random.Next(4), Bytes: random.Next(MaxItemBytes))).ToArray();
                expectedDeferred += plan.Count(item => item.Choice == 1);
                // An exception in invoked work reaches its caller.
                expectedErrors += plan.Count(item => item is { Choice: 2, How: not 0 });
                return new Thread(() =>
                {
                    for (var i = 0; i < WorkCount; i++)
                    {
                        var (how, choice, bytes) = plan[i];
                        var number = i;
                        void Item() => Work(thread, number, choice, bytes);
                        if (how != 0)
                            loop.Post(Item);
                        else if (choice == 2)
                            Assert.Throws<InvalidOperationException>(() => loop.Invoke(Item));
                        else
                            loop.Invoke(Item);
                    }
                });
            }).ToArray();
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => Assert.True(thread.Join(WaitTimeout)));
            Assert.True(SpinWait.SpinUntil(() =>
            {
                var count = 0;
                loop.Invoke(() => count = deferred.Count + errors);
                return count == expectedDeferred + expectedErrors;
            }, WaitTimeout));
        }
        Assert.Equal(0, overlaps);
        Assert.All(done, numbers => Assert.Equal(Enumerable.Range(0, WorkCount), numbers));
        Assert.InRange(maxBatchBytes, 1, MaxBatchBytes + MaxItemBytes);
    });

    [Fact]
    public void An_exception_for_a_new_connection_is_reported_with_it_and_accepting_goes_on()
    {
        using var loop = new RoomEventLoop(() => { }, () => { }, OnError, () => 0);
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        using var acceptor = new RoomAcceptor(
            listener, loop, _ => throw new InvalidOperationException("connected"), _ => { }, _ => { }, _ => { }, e => OnError(e, null));
        acceptor.Start();
        for (var i = 0; i < 2; i++)
        {
            using var client = new TcpClient();
            client.Connect((IPEndPoint)listener.LocalEndPoint);
            var (error, member) = TakeError();
            Assert.Equal("connected", error.Message);
            Assert.Equal(((IPEndPoint)client.Client.LocalEndPoint!).Port, ((IPEndPoint)member!.RemoteEndPoint!).Port);
            member.Dispose();
        }
    }

    [Fact]
    public void An_exception_of_a_listener_is_reported_and_accepting_goes_on()
    {
        using var loop = new RoomEventLoop(() => { }, () => { }, OnError, () => 0);
        var listener = new FailingListener();
        using (var acceptor = new RoomAcceptor(listener, loop, _ => true, _ => { }, _ => { }, _ => { }, e => OnError(e, null)))
        {
            acceptor.Start();
            for (var i = 0; i < 2; i++)
                Assert.Equal("accept", TakeError().Error.Message);
        }
        Assert.True(listener.IsDisposed);
    }

    [Fact]
    public void Dispose_of_an_acceptor_waits_until_the_connection_that_is_being_accepted_is_handled()
    {
        using var loop = new RoomEventLoop(() => { }, () => { }, OnError, () => 0);
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        using var isHandling = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        var isHandled = false;
        using var acceptor = new RoomAcceptor(listener, loop, OnConnected, _ => { }, _ => { }, _ => { }, e => OnError(e, null));
        acceptor.Start();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndPoint);
        Assert.True(isHandling.Wait(WaitTimeout));
        // A thread of its own, which starts although the threads of the pool are blocked.
        using var isDisposing = new ManualResetEventSlim();
        var disposing = Task.Factory.StartNew(() =>
        {
            isDisposing.Set();
            acceptor.Dispose();
        }, TaskCreationOptions.LongRunning);
        Assert.True(isDisposing.Wait(WaitTimeout));
        Assert.False(disposing.Wait(TimeSpan.FromMilliseconds(200)));
        mayEnd.Set();
        Assert.True(disposing.Wait(WaitTimeout));
        Assert.True(isHandled);

        bool OnConnected(MemberConnection member)
        {
            isHandling.Set();
            isHandled = mayEnd.Wait(WaitTimeout);
            member.Dispose();
            return true;
        }
    }

    private void OnError(Exception error, MemberConnection? member) => _errors.Add((error, member));

    private (Exception Error, MemberConnection? Member) TakeError()
    {
        Assert.True(_errors.TryTake(out var error, WaitTimeout));
        return error;
    }

    /// <summary>A listener that throws for each accept until it is disposed of.</summary>
    private sealed class FailingListener : ConnectionListener
    {
        public bool IsDisposed { get; private set; }

        public override EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 0);

        public override Task<TransportConnection?> AcceptAsync() =>
            IsDisposed ? Task.FromResult<TransportConnection?>(null) : throw new InvalidOperationException("accept");

        public override void Dispose() => IsDisposed = true;
    }
}
