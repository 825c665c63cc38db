using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace PSPairChat.Unit;

/// <summary>
/// A room of three servers in processes of their own, while members join, leave and lose their connections, servers are stopped and killed, and Redis is killed,
/// for 10 seconds. The environment variable PAIRCHAT_SOAK_SECONDS sets the duration; PAIRCHAT_SOAK_LOG names a file to which a line is appended each minute.
/// </summary>
public sealed class BackplaneSoakTests(ITestOutputHelper output) : IDisposable
{
    private const int ListenerCount = 24;
    private const int SpeakerCount = 6;
    private const int ServerCount = 3;
    private const int MessagesPerSecond = 200;

    // The log is trimmed many times an hour.
    private const int HistoryLimit = 20_000;

    private static readonly TimeSpan Duration =
        TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("PAIRCHAT_SOAK_SECONDS") is { Length: > 0 } value ? value : "10", CultureInfo.InvariantCulture));

    private static readonly string? LogPath = Environment.GetEnvironmentVariable("PAIRCHAT_SOAK_LOG");
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FailureInterval = Duration / 4 < TimeSpan.FromSeconds(30) ? Duration / 4 : TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MaxDowntime = FailureInterval / 2 < TimeSpan.FromSeconds(5) ? FailureInterval / 2 : TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ChurnInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    // A step that took longer, because the machine was busy or the process suspended, counts as this long.
    private static readonly TimeSpan MaxStep = TimeSpan.FromMilliseconds(100);

    private readonly Random _random = new(1);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly RoomOrder _order = new();

    // Redis loads its append-only file when it starts: it must not grow for an hour.
    private readonly RedisServer _redis = RedisServer.Start("--appendonly yes", "--auto-aof-rewrite-min-size 8mb", "--auto-aof-rewrite-percentage 10");
    private readonly BackplaneServer?[] _servers = new BackplaneServer?[ServerCount];
    private readonly List<SoakMember> _members = [];
    private readonly List<(long Server, long Redis)> _memory = [];
    private BackplaneMember? _observer;
    private Task<BackplaneServer>? _starting;
    private int _stoppedServer;
    private bool _isRedisDown;
    private int _failureCount;
    private int _churnCount;
    private int _nextSpeaker;
    private TimeSpan _runningTime;

    // Whether Redis or a server is down, or starts.
    private bool IsDamaged => _isRedisDown || _servers[_stoppedServer] is null;

    [NeedsToolFact("redis-server")]
    public void A_room_keeps_its_order_and_loses_nothing_while_members_servers_and_Redis_come_and_go()
    {
        for (var i = 0; i < ServerCount; i++)
            _servers[i] = StartServer(i);
        // The first server is not killed: its memory is measured, and the member that defines the order is connected to it.
        _observer = BackplaneMember.JoinAsync("Observer", _servers[0]!.Port, Timeout, recordsPresence: true).GetAwaiter().GetResult();
        for (var i = 0; i < ListenerCount + SpeakerCount; i++)
            _members.Add(new SoakMember($"{(i < SpeakerCount ? 'S' : 'L')}{(char)('a' + i / 26)}{(char)('a' + i % 26)}x", _order));

        Run();
        Finish();
        Log();
        Assert.Equal(0, _observer.RefusedCount);
        Assert.InRange(GetLogLength(), 1, HistoryLimit * 1.1);
        Assert.InRange(_order.MessageCount, _runningTime.TotalSeconds * MessagesPerSecond / 2, _runningTime.TotalSeconds * MessagesPerSecond + 1);
        Assert.True(_failureCount >= Math.Floor(_runningTime / (2 * FailureInterval)), $"{_failureCount} failures");
        ThrowIfMemoryGrows();
    }

    [Theory]
    [InlineData("lost", "Ann> 1.0", "Ann> 1.2")]
    [InlineData("lost at the begin", "Ann> 1.1")]
    [InlineData("twice", "Ann> 1.0", "Ann> 1.1", "Ann> 1.1")]
    [InlineData("out of order", "Ann> 2.0", "Ann> 1.0")]
    [InlineData("joined twice", "* Ann has joined.", "* Ann has joined.")]
    [InlineData("left twice", "* Ann has joined.", "* Ann has left.", "* Ann has left: lost")]
    public void A_violation_of_the_order_is_found(string violation, params string[] lines)
    {
        var order = new RoomOrder();
        foreach (var line in lines[..^1])
            order.Add(line);
        var error = Assert.ThrowsAny<XunitException>(() => order.Add(lines[^1]));
        output.WriteLine($"{violation}: {error.Message}");
    }

    [Fact]
    public void A_message_that_one_member_lacks_or_that_was_lost_at_the_end_is_found()
    {
        var order = new RoomOrder();
        foreach (var line in new[] { "* Ann has joined.", "Bob> 1.0", "* Eve has joined.", "Ann> 1.0", "Bob> 1.1", "Eve> 1.0" })
            order.Add(line);
        Assert.Equal(1, order.FindJoined("Ann", "Bob> 1.0"));
        Assert.Equal(3, order.FindJoined("Eve", "Ann> 1.0"));
        Assert.Null(order.FindJoined("Ann", "Bob> 1.2"));
        Assert.Equal(2, order.ThrowIfNotNext("Ann", 1, "Bob> 1.0"));
        Assert.Equal(5, order.ThrowIfNotNext("Ann", 2, "Bob> 1.1"));
        Assert.False(order.IsComplete("Ann", 5));
        Assert.True(order.IsComplete("Eve", 5));
        Assert.Null(order.ThrowIfNotNext("Eve", 5, "Bob> 1.2"));
        Assert.ThrowsAny<XunitException>(() => order.ThrowIfNotNext("Eve", 3, "Bob> 1.1"));
        order.SetSentCount("Bob", 1, 2);
        Assert.Empty(order.GetIncomplete());
        order.SetSentCount("Bob", 1, 3);
        Assert.Equal("Bob> 1.1 is the last one of 3 messages.", Assert.Single(order.GetIncomplete()));
        Assert.ThrowsAny<XunitException>(() => order.Add("Bob> 2.0"));
    }

    public void Dispose()
    {
        _members.ForEach(m => m.Dispose());
        _observer?.Dispose();
        foreach (var server in _servers)
            server?.Dispose();
        if (_isRedisDown)
            _redis.Restart();
        try
        {
            _starting?.GetAwaiter().GetResult().Dispose();
        }
        finally
        {
            _redis.Dispose();
        }
    }

    private void Run()
    {
        TimeSpan nextChurn = default, nextFailure = FailureInterval, repair = default, nextMinute = Minute, last = default;
        var unsent = 0.0;
        for (TimeSpan now; (now = _clock.Elapsed) < Duration; last = now)
        {
            var step = now - last < MaxStep ? now - last : MaxStep;
            _runningTime += step;
            unsent += step.TotalSeconds * MessagesPerSecond;
            for (; unsent >= 1; unsent--)
                Send();
            Check(canJoin: true);
            if (_runningTime >= nextChurn)
            {
                nextChurn = _runningTime + ChurnInterval;
                Churn();
            }
            if (IsDamaged && _runningTime >= repair)
            {
                Repair();
            }
            else if (!IsDamaged && _runningTime >= nextFailure)
            {
                nextFailure = _runningTime + FailureInterval;
                repair = _runningTime + _random.NextDouble() * MaxDowntime;
                Fail();
            }
            if (now >= nextMinute)
            {
                nextMinute = now + Minute;
                Log();
            }
            Thread.Sleep(Step);
        }
        Repair();
    }

    private void Send()
    {
        // The next speaker that has a connection.
        for (var i = 0; i < SpeakerCount; i++)
        {
            if (_members[_nextSpeaker++ % SpeakerCount].TrySend())
                return;
        }
    }

    private void Check(bool canJoin)
    {
        if (_starting is { IsCompleted: true })
        {
            _servers[_stoppedServer] = _starting.GetAwaiter().GetResult();
            _starting = null;
        }
        Assert.False(_observer!.Completion.IsCompleted, "The observer was disconnected.");
        foreach (var line in _observer.TakeMessages())
            _order.Add(line);
        var running = _servers.Where(s => s is not null).ToList();
        foreach (var member in _members)
        {
            member.Check();
            if (canJoin && member.IsAway && _random.Next(50) == 0)
                member.Join(running[_random.Next(running.Count)]!, Timeout);
        }
    }

    private void Churn()
    {
        if (_members[_random.Next(_members.Count)].TryEnd(isCut: _random.Next(2) == 0))
            _churnCount++;
    }

    // Alternately, a server other than the first one is stopped or killed, and Redis is killed.
    private void Fail()
    {
        var round = _failureCount++ / 2;
        if (_failureCount % 2 == 0)
        {
            _redis.Kill();
            _isRedisDown = true;
            return;
        }
        _stoppedServer = 1 + round % (ServerCount - 1);
        var server = _servers[_stoppedServer]!;
        _servers[_stoppedServer] = null;
        foreach (var member in _members)
            member.OnServerStopping(server);
        ConsoleProgram.Signal(server.Process, round / (ServerCount - 1) % 2 == 0 ? "KILL" : "TERM");
        Assert.True(server.Process.WaitForExit(Timeout));
        server.Dispose();
    }

    private void Repair()
    {
        if (_isRedisDown)
        {
            _redis.Restart();
            _isRedisDown = false;
        }
        else if (IsDamaged && _starting is null)
        {
            var number = _stoppedServer;
            _starting = Task.Run(() => StartServer(number));
        }
    }

    // Nothing is sent any more: all members receive the rest.
    private void Finish()
    {
        foreach (var member in _members)
            member.SetSentCount();
        var clock = Stopwatch.StartNew();
        while (_starting is not null || _order.GetIncomplete().Any() || !_members.All(m => m.IsComplete))
        {
            Assert.True(clock.Elapsed < Timeout, $"Not received: {string.Join(" ", _order.GetIncomplete())} {string.Join(", ", _members.Where(m => !m.IsComplete))}");
            Check(canJoin: false);
            Thread.Sleep(Step);
        }
    }

    private BackplaneServer StartServer(int number) => BackplaneServer.Start(_redis, number, $"--history-limit {HistoryLimit}");

    private void Log()
    {
        var server = _servers[0]!.ResidentKiB;
        var redis = _isRedisDown ? 0 : GetRedisKiB("used_memory:");
        if (redis > 0)
            _memory.Add((server, redis));
        var line = $"{_clock.Elapsed:hh\\:mm\\:ss} {_order.MessageCount} messages in order, {_members.Count(m => !m.IsAway)} members, {_churnCount} left or cut, "
            + $"{_failureCount} failures, running {_runningTime:hh\\:mm\\:ss}; first server {server} KiB, Redis {redis} KiB, {GetLogLength()} entries";
        output.WriteLine(line);
        if (LogPath is not null)
            File.AppendAllText(LogPath, line + "\n");
    }

    private long GetLogLength() => _isRedisDown ? 0 : _redis.Execute("XLEN", "pairchat:{lobby}:log").Integer ?? 0;

    private long GetRedisKiB(string field)
    {
        var text = _redis.Execute("INFO", "memory").Text!;
        var start = text.IndexOf(field, StringComparison.Ordinal) + field.Length;
        return long.Parse(text.AsSpan(start, text.IndexOf('\r', start) - start), CultureInfo.InvariantCulture) / 1024;
    }

    // Compares the last quarter with the second one, in which the log has its limit, and the runtime has compiled what it uses.
    private void ThrowIfMemoryGrows()
    {
        var quarter = _memory.Count / 4;
        if (quarter < 2)
            return;
        var before = _memory.GetRange(quarter, quarter);
        var after = _memory.GetRange(_memory.Count - quarter, quarter);
        Assert.InRange(after.Average(m => m.Server), 0, before.Average(m => m.Server) * 1.2);
        Assert.InRange(after.Average(m => m.Redis), 0, before.Average(m => m.Redis) * 1.1);
    }
}
