using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using PSPairChat.Rooms;
using PSPairChat.Security;

namespace PSPairChat.Backplane;

/// <summary>The log of one room over one connection to Redis. Not safe for several threads, except <see cref="Dispose"/>.</summary>
internal sealed class RedisRoomLog : IDisposable
{
    private const int MaxReadCount = 500;
    private const int MaxCatchUpCount = 250;
    private const int SessionsKey = 5;
    private const int LostSessionsKey = 6;

    private readonly RedisConnection _connection;
    private readonly string[] _keys;
    private readonly string _limit;
    private readonly Dictionary<string, string> _digests = [];      // of the scripts

    private RedisRoomLog(RedisConnection connection, string room, int limit)
    {
        _connection = connection;
        _limit = limit.ToString(CultureInfo.InvariantCulture);
        // The braces keep the keys of a room on one node of a cluster. The name of a room is not case-sensitive.
        var prefix = $"pairchat:{{{room.ToLowerInvariant()}}}:";
        _keys = [prefix + "log", prefix + "state", prefix + "servers", prefix + "members", prefix + "nicknames", prefix + "sessions", prefix + "lost"];
    }

    /// <summary>Connects, and loads the scripts.</summary>
    /// <exception cref="Exception">See <see cref="RedisConnection.IsFailure"/>.</exception>
    public static RedisRoomLog Connect(RedisUri uri, KeyFingerprint? fingerprint, string room, int limit, CancellationToken cancellationToken)
    {
        var log = new RedisRoomLog(RedisConnection.Connect(uri, fingerprint, cancellationToken), room, limit);
        try
        {
            string[] scripts = [RedisScripts.Append, RedisScripts.Register, RedisScripts.Renew, RedisScripts.Revoke];
            var commands = new RespCommands();
            foreach (var script in scripts)
                commands.Add("SCRIPT", "LOAD", script);
            var replies = log._connection.Execute(commands);
            for (var i = 0; i < scripts.Length; i++)
                log._digests.Add(scripts[i], replies[i].AsText());
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Grants a lease to a server, in place of its previous one.</summary>
    /// <param name="server">The identifier of the server.</param>
    /// <param name="previous">Its previous identifier; empty if it had none.</param>
    /// <param name="lease">The value of the lease.</param>
    /// <param name="reserved">The keys of the reserved nicknames, each followed by the nickname.</param>
    /// <exception cref="ChatException">HandleTaken.</exception>
    public RoomLogState Register(string server, string previous, string lease, IReadOnlyCollection<string> reserved)
    {
        var reply = Evaluate(RedisScripts.Register, [_limit, server, previous, lease, Guid.NewGuid().ToString("N"), .. reserved]).AsArray();
        if (reply[0].AsText() is not "ok" and var answer)
        {
            throw new ChatException(ChatErrorReason.HandleTaken,
                $"The handle of the host cannot be used: a member of the room at another server has the nickname '{DisplayText.Sanitize(answer.Substring(1))}'.");
        }
        return new RoomLogState(reply[1].AsText(), ParseInteger(reply[2].AsText()), AsDictionary(reply[3]), AsDictionary(reply[4]));
    }

    /// <summary>Appends entries and renews the lease, in one exchange.</summary>
    /// <param name="server">The identifier of the server.</param>
    /// <param name="batch">The entries.</param>
    /// <param name="maxMembers">The maximum number of members.</param>
    /// <param name="lease">The new value of the lease; null not to renew it.</param>
    /// <returns>The result; null if the server has no lease.</returns>
    public ExchangeResult? Exchange(string server, List<PendingEntry> batch, int maxMembers, string? lease)
    {
        var commands = new RespCommands();
        if (batch.Count > 0)
            AddAppend(commands, server, batch, maxMembers);
        if (lease is not null)
            AddScript(commands, RedisScripts.Renew, [server, lease]);
        var replies = Array.ConvertAll(_connection.Execute(commands), reply => reply.AsArray());
        if (Array.Exists(replies, reply => reply.Length == 0))
            return null;
        var claims = batch.Count > 0 ? replies[0].Skip(1).Select(reply => reply.AsText()).ToArray() : [];
        return lease is null
            ? new ExchangeResult(claims, 0, null)
            : new ExchangeResult(claims, ParseInteger(replies[replies.Length - 1][0].AsText()), AsDictionary(replies[replies.Length - 1][1]));
    }

    /// <summary>Revokes the lease of a server unless it has been renewed.</summary>
    public void Revoke(string server, string lease, string reason) => Evaluate(RedisScripts.Revoke, [_limit, server, lease, ServerLease.GetName(lease), reason]).ThrowIfError();

    /// <summary>Waits for entries.</summary>
    /// <param name="position">The position after which entries are returned.</param>
    /// <param name="milliseconds">The longest wait.</param>
    /// <param name="last">The position of the last entry that was read.</param>
    /// <returns>The entries. An entry that is not valid is omitted.</returns>
    public List<LogEntry> Read(long position, int milliseconds, out long last)
    {
        var reply = Execute("XREAD", "COUNT", Format(MaxReadCount), "BLOCK", Format(milliseconds), "STREAMS", _keys[0], Format(position) + "-0").AsArray();
        last = position;
        return reply.Length == 0 ? [] : Parse(reply[0].AsArray()[1], ref last);
    }

    /// <summary>Gets the next entries after a position, without waiting.</summary>
    /// <param name="position">The position.</param>
    /// <param name="last">The position of the last entry that was read; the same as the first one if there is none.</param>
    public List<LogEntry> ReadAfter(long position, out long last)
    {
        last = position;
        return Parse(Execute("XRANGE", _keys[0], Format(position + 1) + "-0", "+", "COUNT", Format(MaxCatchUpCount)), ref last);
    }

    /// <summary>Finds the session of a member.</summary>
    /// <returns>The session; null if there is none with this identifier.</returns>
    public SharedSession? FindSession(string id)
    {
        foreach (var key in new[] { SessionsKey, LostSessionsKey })
        {
            var values = Execute("HMGET", _keys[key], id, RoomLogState.NumberPrefix + id).AsArray();
            if (values[0].Text?.Split('\n') is { Length: 3 } lines && ResumeToken.TryParse(lines[1]) is { } token)
                return new SharedSession(token, lines[2], ParseInteger(values[1].AsText()));
        }
        return null;
    }

    /// <summary>Gets the last messages to all members, oldest first.</summary>
    /// <param name="position">The position of the last entry.</param>
    /// <param name="count">The maximum number of messages.</param>
    public List<LogEntry> ReadMessages(long position, int count)
    {
        var messages = new List<LogEntry>();
        while (messages.Count < count && position > 0)
        {
            var last = position;
            var reply = Execute("XREVRANGE", _keys[0], Format(position) + "-0", "-", "COUNT", Format(MaxReadCount));
            if (reply.AsArray().Length == 0)
                break;
            foreach (var entry in Parse(reply, ref last))
            {
                if (entry.Kind == LogEntry.Message && messages.Count < count)
                    messages.Add(entry);
            }
            position = last - 1;
        }
        messages.Reverse();
        return messages;
    }

    /// <summary>Gets the name of the log and its first and last position; null if the log does not exist.</summary>
    public (string Name, long First, long Last)? GetBounds()
    {
        var replies = _connection.Execute(new RespCommands()
            .Add("HMGET", _keys[1], "log", "last")
            .Add("XRANGE", _keys[0], "-", "+", "COUNT", "1"));
        var state = replies[0].AsArray();
        if (state[0].Text is not { } name || state[1].Text is not { } last)
            return null;
        var first = replies[1].AsArray();
        return (name, first.Length == 0 ? ParseInteger(last) + 1 : LogEntry.ParsePosition(first[0].AsArray()[0].AsText()), ParseInteger(last));
    }

    public void Dispose() => _connection.Dispose();

    private static List<LogEntry> Parse(RespReply reply, ref long last)
    {
        var entries = new List<LogEntry>();
        foreach (var item in reply.AsArray())
        {
            var parts = item.AsArray();
            last = LogEntry.ParsePosition(parts[0].AsText());
            if (parts[1].AsArray() is { Length: 2 } fields && fields[1].Text is { } value && LogEntry.Parse(last, value) is { } entry)
                entries.Add(entry);
        }
        return entries;
    }

    private void AddAppend(RespCommands commands, string server, List<PendingEntry> batch, int maxMembers)
    {
        var arguments = new List<string> { _limit, server, Format(maxMembers) };
        foreach (var pending in batch)
        {
            var entry = pending.Entry;
            arguments.Add(pending.Kind.ToString());
            arguments.Add(Format(pending.Number));
            arguments.Add(entry.Handle);
            arguments.Add((pending.Kind == LogEntry.Removal ? entry.Recipient : entry.Member)?.Id ?? "");
            arguments.Add(pending.Kind switch
            {
                LogEntry.PrivateMessage => entry.Recipient?.Id ?? LogEntry.HostPrefix + entry.To,
                Outbox.Deletion => entry.Text,
                _ => "",
            });
            arguments.Add(pending.Kind == LogEntry.Joined ? FormatMember(entry.Member!) : entry.Text);
            arguments.Add(pending.Kind == LogEntry.Joined ? string.Join("\n", Messages.Confusables.GetKeys(entry.Handle)) : "");
            arguments.Add(pending.Kind == LogEntry.Joined ? entry.Member!.Token?.ToString() ?? "" : "");
            arguments.Add(entry.InputPosition == 0 ? "" : Format(entry.InputPosition));
        }
        AddScript(commands, RedisScripts.Append, arguments);
    }

    private static string FormatMember(RoomMembership member) =>
        $"{member.Server}\n{member.RemoteEndPoint ?? "-"}\n{new DateTimeOffset(member.ConnectedAt).ToUnixTimeMilliseconds()}";

    private RespReply Evaluate(string script, IReadOnlyCollection<string> arguments)
    {
        var commands = new RespCommands();
        AddScript(commands, script, arguments);
        return _connection.Execute(commands)[0];
    }

    private void AddScript(RespCommands commands, string script, IReadOnlyCollection<string> arguments)
    {
        commands.Begin(3 + _keys.Length + arguments.Count);
        commands.AddArgument("EVALSHA");
        commands.AddArgument(_digests[script]);
        commands.AddArgument(Format(_keys.Length));
        foreach (var key in _keys)
            commands.AddArgument(key);
        foreach (var argument in arguments)
            commands.AddArgument(argument);
    }

    private RespReply Execute(params string[] arguments) => _connection.Execute(new RespCommands().Add(arguments))[0];

    private static Dictionary<string, string> AsDictionary(RespReply reply)
    {
        var items = reply.AsArray();
        var result = new Dictionary<string, string>();
        for (var i = 0; i + 1 < items.Length; i += 2)
            result[items[i].AsText()] = items[i + 1].AsText();
        return result;
    }

    private static string Format(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static long ParseInteger(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new RedisException("The state of the room contains a number that is not valid.");
}
