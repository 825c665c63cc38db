using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>What the process holds after many sessions. No other test runs meanwhile, because the counts are those of the whole process.</summary>
[CollectionDefinition(nameof(ResourceTests), DisableParallelization = true)]
[Collection(nameof(ResourceTests))]
public sealed class ResourceTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Server_that_starts_and_stops_a_hundred_times_on_one_port_leaks_nothing(bool isSecure)
    {
        // Below the range from which systems choose ports, so that no other process can take it between two cycles.
        var port = Random.Shared.Next(20_000, 30_000);
        var transport = isSecure ? TestTransport.Tls : TestTransport.Tcp;
        RunConversation(transport, port);
        var (handles, threads) = CountResources();
        for (var i = 0; i < 100; i++)
            RunConversation(transport, port);
        Assert.True(SpinWait.SpinUntil(() => CountResources() is var now && now.Handles <= handles + 5 && now.Threads <= threads + 10, Timeout));
    }

    private static void RunConversation(TestTransport transport, int port)
    {
        ServerSession? server = null;
        Assert.True(SpinWait.SpinUntil(() => TryStart(transport, port, out server), Timeout));
        using var client = TestTransport.Connect("127.0.0.1", port, new ChatOptions { Handle = "Chris" });
        client.Send("test");
        Assert.Equal("test", server!.Receive(Timeout)!.Text);
        server.Send("hello");
        Assert.Equal("hello", client.Receive(Timeout)!.Text);
        server.Dispose();
        Assert.Null(client.TryReceive(Timeout, waitOnOwnTurn: true).Error);
    }

    private static bool TryStart(TestTransport transport, int port, out ServerSession? server)
    {
        try
        {
            server = transport.StartServer(port, new ChatOptions { Handle = "HostA" });
            return true;
        }
        catch (ChatException e) when (e.Reason == ChatErrorReason.PortInUse)
        {
            server = null;
            return false;
        }
    }

    private static (int Handles, int Threads) CountResources()
    {
        using var process = Process.GetCurrentProcess();
        return (Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : process.HandleCount, process.Threads.Count);
    }
}
