using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Threading;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>A room whose Redis server is lost and replaced by its replica, at the same address, as after a failover.</summary>
public sealed class BackplaneFailoverTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly RedisServer _primary = RedisServer.Start();
    private readonly RedisServer _replica;
    private readonly CuttingRelay _address;

    public BackplaneFailoverTests()
    {
        _replica = RedisServer.Start($"--replicaof 127.0.0.1 {_primary.Port}");
        _address = new CuttingRelay(_primary.Port);
        Assert.True(SpinWait.SpinUntil(() => _replica.Execute("INFO", "replication").Text!.Contains("master_link_status:up", StringComparison.Ordinal), Timeout));
    }

    public void Dispose()
    {
        _address.Dispose();
        _primary.Dispose();
        _replica.Dispose();
    }

    [NeedsToolTheory("redis-server")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_room_continues_after_a_failover(bool lastEntriesAreLost)
    {
        using var first = Open("host");
        using var second = Open("other");
        using var ann = RoomTestClient.Join(first, "Ann");
        using var bob = RoomTestClient.Join(second, "Bob");
        Assert.Equal("* Bob has joined.", ann.Read());
        ann.Send("one");
        Assert.Equal("Ann> one", bob.Read());
        WaitForReplica();
        if (lastEntriesAreLost)
            _replica.Signal("STOP");
        ann.Send("two");
        Assert.Equal("Ann> two", bob.Read());
        if (!lastEntriesAreLost)
            WaitForReplica();
        _address.IsDown = true;
        _address.Cut();
        ann.Send("three");
        bob.Send("four");
        if (lastEntriesAreLost)
        {
            // Entries that the replica has never received.
            _primary.Signal("KILL");
            _replica.Signal("CONT");
        }
        Assert.Equal("OK", _replica.Execute("REPLICAOF", "NO", "ONE").Text);
        _address.ServerPort = _replica.Port;
        _address.IsDown = false;
        ann.ReadUntil("Bob> four");
        bob.ReadUntil("Ann> three");
        using var eve = RoomTestClient.Connect(second);
        eve.Send("ann");
        Assert.Equal("RETRY The handle 'ann' is taken.", eve.Read());
        eve.Send("Eve");
        Assert.StartsWith("READY Eve", eve.Read(), StringComparison.Ordinal);
        for (var i = 0; i < 20; i++)
            ann.Send(i.ToString(CultureInfo.InvariantCulture));
        // What was received before is not received again.
        Assert.Equal(Enumerable.Range(0, 19).Select(i => $"Ann> {i}"), bob.ReadUntil("Ann> 19").Where(line => !line.StartsWith('*')));
        Assert.Equal(["Ann", "Bob", "Eve"], first.Members.Select(m => m.Handle));
    }

    private RoomSession Open(string host) => RoomSession.Start("lobby", 0, new ChatOptions { Handle = host },
        new RoomOptions { Backplane = $"redis://127.0.0.1:{_address.Port}", MaxMessagesPerSecond = 0 }, IPAddress.Loopback);

    private void WaitForReplica() => Assert.Equal(1, _primary.Execute("WAIT", "1", "10000").Integer);
}
