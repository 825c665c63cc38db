using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Sessions;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Two sessions that several threads use at random until one of them is closed. A failure names its seed.</summary>
public sealed class ConnectionFuzzTests
{
    private const int Threads = 3;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private enum End
    {
        Disconnect,
        Dispose,
        Quit,
        Loss,
        CanceledSend,
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Messages_arrive_whole_and_in_order_whatever_the_threads_do(bool useTcp) =>
        FuzzRun.Repeat(random => RunAsync(random, useTcp).WaitAsync(Timeout).GetAwaiter().GetResult(), seconds: 0.5);

    private static async Task RunAsync(Random random, bool useTcp)
    {
        var (left, right) = await ConnectAsync(random, useTcp);
        using Participant ann = new("Ann", left), bob = new("Bob", right);
        Participant[] participants = [ann, bob];
        var tasks = new List<Task>();
        foreach (var participant in participants)
        {
            for (var i = 0; i < Threads; i++)
            {
                var (thread, threadRandom) = (i, new Random(random.Next()));
                tasks.Add(InBackground(() => participant.SendUntilClosed(thread, threadRandom)));
                var receiveRandom = new Random(random.Next());
                tasks.Add(InBackground(() => participant.ReceiveUntilClosed(receiveRandom)));
            }
            tasks.Add(InBackground(participant.RefreshUntilClosed));
        }
        var messages = random.Next(200);
        SpinWait.SpinUntil(() => participants.All(p => p.IsClosed) || participants.Sum(p => p.Session.MessagesReceived) >= messages, Timeout);
        participants[random.Next(participants.Length)].Close((End)random.Next(5), random);
        await Task.WhenAll(tasks);
        ann.AssertConsistent();
        bob.AssertConsistent();
        ann.AssertReceivedFrom(bob);
        bob.AssertReceivedFrom(ann);
    }

    private static async Task<(TransportConnection Left, TransportConnection Right)> ConnectAsync(Random random, bool useTcp)
    {
        if (!useTcp)
            return InMemoryConnection.CreatePair(random.Next(1, 50), random.Next(1, 300));
        using var listener = TcpConnectionListener.Listen(IPAddress.Loopback, 0);
        var client = TcpConnector.Connect("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint).Port, Timeout, default);
        return (client, (await listener.AcceptAsync())!);
    }

    private static Task InBackground(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private sealed class Participant : IDisposable
    {
        private readonly MonitoredConnection _transport;
        private readonly ConcurrentDictionary<string, bool> _sent = new();
        private readonly ConcurrentQueue<ChatMessage> _received = new();

        public Participant(string handle, TransportConnection transport)
        {
            _transport = new MonitoredConnection(transport);
            Session = ClientSession.FromConnection(_transport, new ChatOptions { Handle = handle, TurnOrder = TurnOrder.Free });
        }

        public ClientSession Session { get; }

        public bool IsClosed => Session.State == ChatSessionState.Closed;

        public void SendUntilClosed(int thread, Random random)
        {
            for (var i = 0; ; i++)
            {
                var text = $"{thread}:{i}:{new string('x', random.Next(400))}.";
                _sent[text] = true;
                using var stop = new CancellationTokenSource();
                if (random.Next(20) == 0)
                    stop.CancelAfter(random.Next(20));
                try
                {
                    Session.Send(text, stop.Token);
                }
                catch (OperationCanceledException)
                {
                    // Nothing was sent, or the connection is closed.
                }
                catch (ChatException e) when (e.Reason is ChatErrorReason.SessionClosed or ChatErrorReason.PeerQuit or ChatErrorReason.PeerDisconnected)
                {
                    return;
                }
            }
        }

        public void ReceiveUntilClosed(Random random)
        {
            try
            {
                while (true)
                {
                    using var stop = new CancellationTokenSource();
                    if (random.Next(20) == 0)
                        stop.CancelAfter(random.Next(20));
                    try
                    {
                        var result = Session.TryReceive(TimeSpan.FromMilliseconds(random.Next(100)), waitOnOwnTurn: true, stop.Token);
                        if (result.Outcome == ReceiveOutcome.Ended)
                            return;
                        if (result.Message is { } message)
                            _received.Enqueue(message);
                    }
                    catch (OperationCanceledException)
                    {
                        // The session stays open.
                    }
                }
            }
            catch (ChatException e) when (e.Reason == ChatErrorReason.SessionClosed)
            {
                // Another thread has received the end.
            }
        }

        public void RefreshUntilClosed()
        {
            while (!IsClosed)
            {
                Session.Refresh();
                Thread.Yield();
            }
        }

        public void Close(End end, Random random)
        {
            switch (end)
            {
                case End.Disconnect:
                    Session.Disconnect();
                    break;
                case End.Dispose:
                    Session.Dispose();
                    break;
                case End.Quit:
                    try
                    {
                        Session.Send("\\quit");
                    }
                    catch (ChatException e) when (e.Reason == ChatErrorReason.SessionClosed)
                    {
                        // A canceled send has closed the session.
                    }
                    break;
                case End.Loss:
                    _transport.BeforeReceive = () => throw new ConnectionLostException(isTimeout: random.Next(2) == 0, cause: null);
                    break;
                case End.CanceledSend:
                    while (!IsClosed)
                    {
                        using var stop = new CancellationTokenSource(random.Next(10));
                        try
                        {
                            Session.Send(new string('y', ChatOptions.DefaultMaxMessageLength), stop.Token);
                        }
                        catch (Exception e) when (e is OperationCanceledException or ChatException)
                        {
                            Session.Disconnect();
                        }
                    }
                    break;
            }
        }

        public void Dispose() => Session.Dispose();

        public void AssertConsistent()
        {
            Assert.Empty(_transport.Violations);
            Assert.True(_transport.IsDisposed);
            var departures = 0;
            while (Session.TryDequeueNotice(out var notice))
                departures += notice.Change == PresenceChange.Departure ? 1 : 0;
            Assert.Equal(1, departures);
        }

        // Two threads may enqueue messages in another order than they received them; the sequence number has the order of receipt.
        public void AssertReceivedFrom(Participant other)
        {
            var next = new int[Threads];
            foreach (var message in _received.OrderBy(m => m.Sequence).Where(m => !m.Text.StartsWith('y')))
            {
                Assert.True(other._sent.ContainsKey(message.Text), $"'{message.Text}' was not sent.");
                var parts = message.Text.Split(':');
                var (thread, number) = (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
                Assert.True(number >= next[thread], $"Message {number} of thread {thread} was received after {next[thread] - 1}.");
                next[thread] = number + 1;
            }
            Assert.All(_received.Where(m => m.Text.StartsWith('y')), m => Assert.Equal(ChatOptions.DefaultMaxMessageLength, m.Text.Length));
        }
    }
}
