using System;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>How a server session uses its listener.</summary>
public sealed class ServerAcceptTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Fact]
    public void Failure_to_accept_is_a_warning_and_the_next_client_is_accepted()
    {
        var listener = new ControlledListener();
        using var server = ServerSession.FromListener(listener, new ChatOptions { Handle = "HostA" });
        listener.AcceptFailed!(new InvalidOperationException("Too many open files"));
        Assert.Contains("Failed to accept a connection: Too many open files", server.DequeueNotices(ChatNoticeKind.Warning));
        using var client = ClientSession.FromConnection(listener.Accept(), new ChatOptions { Handle = "Chris" });
        client.Send("test");
        Assert.Equal("test", server.Receive(Timeout)!.Text);
    }

    [Fact]
    public void Dispose_waits_for_a_connection_that_is_being_accepted_and_closes_it()
    {
        var listener = new ControlledListener();
        var (own, peer) = InMemoryConnection.CreatePair();
        var transport = new MonitoredConnection(own);
        var server = ServerSession.FromListener(listener, new ChatOptions { Handle = "HostA" });
        listener.OnDispose = () => new Thread(() =>
        {
            // Until the session waits for the end of the accept.
            Thread.Sleep(100);
            listener.Complete(transport);
        }).Start();
        server.Dispose();
        Assert.True(transport.IsDisposed);
        Assert.Empty(transport.Violations);
        peer.Dispose();
    }

    /// <summary>A listener whose accept completes when the test says so.</summary>
    private sealed class ControlledListener : ConnectionListener
    {
        private TaskCompletionSource<TransportConnection?> _accept = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Action? OnDispose { get; set; }

        public override EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 0);

        public override Task<TransportConnection?> AcceptAsync() => _accept.Task;

        public void Complete(TransportConnection? connection)
        {
            var accept = _accept;
            _accept = new(TaskCreationOptions.RunContinuationsAsynchronously);
            accept.SetResult(connection);
        }

        /// <summary>Completes the accept.</summary>
        /// <returns>The client's end of the connection.</returns>
        public InMemoryConnection Accept()
        {
            var (own, peer) = InMemoryConnection.CreatePair();
            Complete(own);
            return peer;
        }

        public override void Dispose()
        {
            if (OnDispose is { } onDispose)
                onDispose();
            else
                _accept.TrySetResult(null);
        }
    }
}
