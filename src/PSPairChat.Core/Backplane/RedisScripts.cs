namespace PSPairChat.Backplane;

/// <summary>
/// The scripts that change the log of a room. Each runs atomically in Redis. Keys: the stream; a hash with the name of the log, the last position, and the last
/// number of each server; the servers by identifier; the members by identifier; the owners of the nicknames by confusable key; the sessions of
/// members that can continue at another server; and those of lost servers, for five minutes.
/// </summary>
internal static class RedisScripts
{
    // The value of a member: handle, server, end point, time, and the keys of its nickname, one on each line. The owner of a nickname: the identifier of the
    // member, or an asterisk for hosts, and the handle. A session: the identifier of the member, of which the last part is that of the session, the token, and
    // the nickname; and in a field of its own, the number of bytes of the member whose messages are in the log.
    private const string Functions = """
        local function session(member) return string.match(member, '[^.]+$') end
        local function release(member)
          local value = redis.call('HGET', KEYS[4], member)
          if not value then return end
          local known = redis.call('HGET', KEYS[6], session(member))
          if known and string.sub(known, 1, #member + 1) == member .. '\n' then redis.call('HDEL', KEYS[6], session(member), 'n:' .. session(member)) end
          local line = 0
          for key in string.gmatch(value, '[^\n]+') do
            line = line + 1
            if line > 4 then
              local owner = redis.call('HGET', KEYS[5], key)
              if owner and string.sub(owner, 1, #member + 1) == member .. '\n' then redis.call('HDEL', KEYS[5], key) end
            end
          end
          redis.call('HDEL', KEYS[4], member)
        end
        local function leave(server)
          local value = redis.call('HGET', KEYS[3], server)
          redis.call('HDEL', KEYS[3], server)
          redis.call('HDEL', KEYS[2], 'n:' .. server)
          for _, member in ipairs(redis.call('HKEYS', KEYS[4])) do
            if string.sub(member, 1, #server + 1) == server .. '.' then
              local known = redis.call('HGET', KEYS[6], session(member))
              if known then
                redis.call('HSET', KEYS[7], session(member), known, 'n:' .. session(member), redis.call('HGET', KEYS[6], 'n:' .. session(member)))
                redis.call('EXPIRE', KEYS[7], 300)
              end
              release(member)
            end
          end
          if not value then return end
          local others = table.concat(redis.call('HVALS', KEYS[3]), '\n') .. '\n'
          local line = 0
          for key in string.gmatch(value, '[^\n]+') do
            line = line + 1
            if line > 3 and not string.find(others, '\n' .. key .. '\n', 1, true) then
              local owner = redis.call('HGET', KEYS[5], key)
              if owner and string.sub(owner, 1, 2) == '*\n' then redis.call('HDEL', KEYS[5], key) end
            end
          end
        end
        local function append(position, value)
          redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], string.format('%.0f-0', position), 'e', value)
        end

        """;

    /// <summary>
    /// Appends entries. Arguments: limit of the log, server, maximum number of members, and for each entry its kind, number, handle, member, recipient, text,
    /// for a claim the keys of the nickname and the token of the session or nothing, and the position after the message in the bytes of the member or nothing.
    /// Returns nothing if the server has no lease; otherwise 1 and, for each claim, "ok", "full", "again" or an equals sign and the handle that has the nickname.
    /// </summary>
    public const string Append = Functions + """
        local server = ARGV[2]
        if redis.call('HEXISTS', KEYS[3], server) == 0 or redis.call('EXISTS', KEYS[1]) == 0 then return {} end
        local last = tonumber(redis.call('HGET', KEYS[2], 'last'))
        local seen = tonumber(redis.call('HGET', KEYS[2], 'n:' .. server) or '0')
        local result = {1}
        for i = 4, #ARGV, 9 do
          local kind, number, member = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 3]
          local isNew = number > seen
          if kind == 'D' then
            redis.call('XDEL', KEYS[1], ARGV[i + 4])
            isNew = false
          elseif kind == 'J' then
            local answer = 'ok'
            if isNew then
              local received = ARGV[i + 8]
              for key = 6, 7 do
                local known = ARGV[i + 7] ~= '' and redis.call('HGET', KEYS[key], session(member))
                if known then
                  received = redis.call('HGET', KEYS[key], 'n:' .. session(member))
                  release(string.match(known, '^[^\n]+'))
                  redis.call('HDEL', KEYS[key], session(member), 'n:' .. session(member))
                end
              end
              for key in string.gmatch(ARGV[i + 6], '[^\n]+') do
                local owner = redis.call('HGET', KEYS[5], key)
                if owner then answer = '=' .. string.match(owner, '[^\n]+$') end
              end
              if answer == 'ok' and redis.call('HLEN', KEYS[4]) >= tonumber(ARGV[3]) then answer = 'full' end
              if answer == 'ok' then
                for key in string.gmatch(ARGV[i + 6], '[^\n]+') do redis.call('HSET', KEYS[5], key, member .. '\n' .. ARGV[i + 2]) end
                redis.call('HSET', KEYS[4], member, ARGV[i + 2] .. '\n' .. ARGV[i + 5] .. '\n' .. ARGV[i + 6])
                if ARGV[i + 7] ~= '' then
                  redis.call('HSET', KEYS[6], session(member), member .. '\n' .. ARGV[i + 7] .. '\n' .. ARGV[i + 2], 'n:' .. session(member), received)
                end
              else
                isNew = false
              end
            elseif redis.call('HEXISTS', KEYS[4], member) == 0 then
              answer = 'again'
            end
            result[#result + 1] = answer
          elseif kind == 'L' and isNew then
            release(member)
          elseif ARGV[i + 8] ~= '' and isNew then
            isNew = redis.call('HEXISTS', KEYS[4], member) == 1
            if isNew then redis.call('HSET', KEYS[6], 'n:' .. session(member), ARGV[i + 8]) end
          end
          if isNew then
            last = last + 1
            append(last, kind .. '\n' .. server .. '\n' .. ARGV[i + 1] .. '\n' .. ARGV[i + 2] .. '\n' .. member .. '\n' .. ARGV[i + 4] .. '\n' .. ARGV[i + 5])
          end
          if number > seen then seen = number end
        end
        redis.call('HSET', KEYS[2], 'last', string.format('%.0f', last), 'n:' .. server, string.format('%.0f', seen))
        return result
        """;

    /// <summary>
    /// Grants a lease, and creates the log if there is none. Arguments: limit of the log, server, its previous identifier or empty, value of the lease, a new
    /// name for the log, and pairs of a key and a handle of its host. Returns "=" and a handle if a member has the nickname of the host; otherwise "ok", the
    /// name of the log, its last position, the members, and the state.
    /// </summary>
    public const string Register = Functions + """
        if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[2], 'last') == 0 then
          redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7])
          redis.call('HSET', KEYS[2], 'log', ARGV[5], 'last', '1')
          append(1, 'C\n' .. ARGV[2] .. '\n0\n\n\n\n')
        end
        if ARGV[3] ~= '' then leave(ARGV[3]) end
        for i = 6, #ARGV, 2 do
          local owner = redis.call('HGET', KEYS[5], ARGV[i])
          if owner and string.sub(owner, 1, 2) ~= '*\n' then return {'=' .. string.match(owner, '[^\n]+$')} end
        end
        for i = 6, #ARGV, 2 do redis.call('HSET', KEYS[5], ARGV[i], '*\n' .. ARGV[i + 1]) end
        redis.call('HSET', KEYS[3], ARGV[2], ARGV[4])
        return {'ok', redis.call('HGET', KEYS[2], 'log'), redis.call('HGET', KEYS[2], 'last'), redis.call('HGETALL', KEYS[4]), redis.call('HGETALL', KEYS[2])}
        """;

    /// <summary>
    /// Renews a lease. Arguments: server, value of the lease. Returns nothing if the server has no lease; otherwise the last position, and the leases of all servers.
    /// </summary>
    public const string Renew = """
        if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 0 or redis.call('EXISTS', KEYS[1]) == 0 then return {} end
        redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
        return {redis.call('HGET', KEYS[2], 'last'), redis.call('HGETALL', KEYS[3])}
        """;

    /// <summary>
    /// Revokes the lease of a server unless it was renewed, and appends the departure of its members. Arguments: limit of the log, server, value of the lease,
    /// name, reason.
    /// </summary>
    public const string Revoke = Functions + """
        if redis.call('HGET', KEYS[3], ARGV[2]) ~= ARGV[3] or redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
        leave(ARGV[2])
        append(redis.call('HINCRBY', KEYS[2], 'last', 1), 'S\n' .. ARGV[2] .. '\n0\n' .. ARGV[4] .. '\n\n\n' .. ARGV[5])
        return 1
        """;
}
