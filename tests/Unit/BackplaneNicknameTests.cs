using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The nicknames of a room that servers in processes of their own carry.</summary>
public sealed class BackplaneNicknameTests
{
    private const int NicknameCount = 200;
    private const int RoundCount = 10;

    // A server that does not renew its lease this often is lost.
    private const int LeaseRenewalCount = 8;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [NeedsToolFact("redis-server")]
    public void Of_many_claims_of_a_nickname_at_several_servers_one_succeeds()
    {
        using var redis = RedisServer.Start();
        const string Options = "--max-members 1000 --max-unregistered-connections 1000 --max-unregistered-connections-per-address 1000";
        var servers = Enumerable.Range(0, 3).Select(i => BackplaneServer.Start(redis, i, Options)).ToList();
        try
        {
            for (var round = 0; round < RoundCount; round++)
            {
                var claims = Task.WhenAll(Enumerable.Range(0, NicknameCount * servers.Count).Select(i => Task.Run(
                    () => BackplaneMember.ConnectAsync(GetNickname(i / servers.Count, i % servers.Count), servers[i % servers.Count].Port, Timeout)))).GetAwaiter().GetResult();
                foreach (var rivals in claims.Chunk(servers.Count))
                    Assert.True(rivals.Count(member => member.HasJoined) == 1, string.Join("; ", rivals.Select(member => $"{member.Handle}: {member.Answer}")));
                Assert.Equal(NicknameCount, CountMembers(redis));
                foreach (var member in claims)
                    member.Dispose();
                Assert.True(SpinWait.SpinUntil(() => CountMembers(redis) == 0, Timeout));
            }
        }
        finally
        {
            servers.ForEach(s => s.Dispose());
        }
    }

    [NeedsToolFact("redis-server", "faketime")]
    public void A_step_of_the_clock_of_one_host_changes_nothing()
    {
        using var clock = new SettableClock();
        using var redis = RedisServer.Start();
        using var first = BackplaneServer.Start(redis, 0);
        using var second = Start(redis, clock);
        using var ann = RoomTestClient.Join("Ann", first.Port);
        using var bob = RoomTestClient.Join("Bob", second.Port);
        Assert.Equal("* Bob has joined.", ann.Read());
        foreach (var offset in new[] { TimeSpan.FromHours(1), TimeSpan.FromDays(-1), TimeSpan.FromDays(400) })
        {
            clock.SetOffset(offset);
            WaitForRenewals(redis);
            // The process has the clock of the test.
            using (var eve = RoomTestClient.Join("Eve", second.Port))
                Assert.Equal(offset.TotalMinutes, GetTimeOfJoin(redis, "Eve").Subtract(DateTimeOffset.UtcNow).TotalMinutes, tolerance: 2);
            bob.Send("hello");
            Assert.Equal(["* Eve has joined.", "* Eve has left."], ann.ReadUntil("Bob> hello"));
            using var other = new RoomTestClient(first.Port);
            other.Send("Bob");
            Assert.StartsWith("HELLO ", other.Read(), StringComparison.Ordinal);
            Assert.StartsWith("RETRY ", other.Read(), StringComparison.Ordinal);
        }
    }

    // libfaketime sometimes ends a wait of the process at once, so that it fails to connect to Redis.
    private static BackplaneServer Start(RedisServer redis, SettableClock clock)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return BackplaneServer.Start(redis, 1, clock: clock);
            }
            catch (InvalidOperationException e) when (attempt < 5 && e.Message.Contains("timed out after", StringComparison.Ordinal))
            {
                // The next attempt has waits of its own.
            }
        }
    }

    // Nicknames are not case-sensitive, and cannot differ only in letters that look alike, such as l and I.
    private static string GetNickname(int number, int server)
    {
        const string Letters = "abcdefghjk";
        var nickname = $"N{Letters[number / 100]}{Letters[number / 10 % 10]}{Letters[number % 10]}";
        return server switch
        {
            0 => nickname,
            1 => nickname.ToUpperInvariant(),
            _ => nickname.ToLowerInvariant(),
        };
    }

    private static long CountMembers(RedisServer redis) => redis.Execute("HLEN", "pairchat:{lobby}:members").Integer!.Value;

    private static void WaitForRenewals(RedisServer redis)
    {
        var before = CountRenewals(redis);
        Assert.True(SpinWait.SpinUntil(() => CountRenewals(redis) >= before + LeaseRenewalCount, Timeout));
    }

    // The first line of a lease is the number of its renewals.
    private static long CountRenewals(RedisServer redis)
    {
        Thread.Yield();
        return redis.Execute("HVALS", "pairchat:{lobby}:servers").Items!.Min(lease => long.Parse(lease.Text!.Split('\n')[0], CultureInfo.InvariantCulture));
    }

    // A member is its nickname, its server, its end point and the time at which it joined, one on each line.
    private static DateTimeOffset GetTimeOfJoin(RedisServer redis, string nickname) => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(
        redis.Execute("HVALS", "pairchat:{lobby}:members").Items!.Select(member => member.Text!.Split('\n')).First(lines => lines[0] == nickname)[3], CultureInfo.InvariantCulture));
}
