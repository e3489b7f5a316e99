<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

namespace cachestore_tiered\local;

/**
 * What runs inside Redis, each as one step that nobody can see half done.
 *
 * One sorted set, the log, has the latest change of every key: score = stamp of the change, member = "<definition>/<key>", or
 * "<definition>*" for a purge. A node asks for all that is newer than what it has applied. Stamps are microseconds since 1970
 * and only ever grow, so that they go on growing on another server after a failover; a double holds them exactly until 2255.
 * The member "#floor" has the stamp up to which the log was cut off: a node that is older than it forgets all it has.
 * An evicted, flushed or new log starts with a floor of now, which no node has reached: they all forget.
 *
 * "#!lua" without flags makes a demoted primary refuse even the scripts that only read, so that a kept connection cannot go on
 * reading from it: https://redis.io/docs/latest/develop/interact/programmability/eval-intro/#script-flags (Redis 7, Valkey).
 */
final class scripts {
    /** Changes remembered. About 100 bytes each. */
    private const LOG_LENGTH = 20000;
    /** Cut off at a time. */
    private const LOG_CUT = 2000;

    private const HEAD = <<<'LUA'
        #!lua
        local log = KEYS[1]
        local function text(n) return string.format('%.0f', n) end
        local function now() local t = redis.call('TIME') return t[1] * 1000000 + t[2] end
        local function last()
            local top = redis.call('ZREVRANGE', log, 0, 0, 'WITHSCORES')
            if top[2] then return tonumber(top[2]) end
            local n = now()
            redis.call('ZADD', log, text(n), '#floor')
            return n
        end
        local function stamp()
            local n, l = now(), last()
            if n <= l then n = l + 1 end
            return n
        end
        local function cut(length, by)
            if redis.call('ZCARD', log) <= length then return end
            local oldest = redis.call('ZRANGE', log, 0, by - 1, 'WITHSCORES')
            redis.call('ZREMRANGEBYRANK', log, 0, by - 1)
            redis.call('ZADD', log, oldest[#oldest], '#floor')
        end

        LUA;

    /** since, limit, nonce -> nonce, stamp of now, 1 if the node must forget all, then member and stamp of each change */
    private const SYNC = <<<'LUA'
        local l, since, limit = last(), tonumber(ARGV[1]), tonumber(ARGV[2])
        local floor = tonumber(redis.call('ZSCORE', log, '#floor') or l)
        local forget = {ARGV[3], text(l), '1'}
        if since < floor or since > l then return forget end
        if since == l then return {ARGV[3], text(l), '0'} end
        local changes = redis.call('ZRANGEBYSCORE', log, '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, limit + 1)
        if #changes > 2 * limit then return forget end
        local answer = {ARGV[3], text(l), '0'}
        for i = 1, #changes do answer[i + 3] = changes[i] end
        return answer
        LUA;

    /** log, hash, times; logged?, definition, ttl, then key and value of each -> stamp that these values have */
    private const WRITE = <<<'LUA'
        local hash, times, logged, definition, ttl = KEYS[2], KEYS[3], ARGV[1] == '1', ARGV[2], tonumber(ARGV[3])
        local n, changed = stamp(), false
        for i = 4, #ARGV, 2 do
            -- The same value again is no news: two nodes that fill the same miss do not disturb each other.
            if redis.call('HGET', hash, ARGV[i]) ~= ARGV[i + 1] then
                changed = true
                redis.call('HSET', hash, ARGV[i], ARGV[i + 1])
                if logged then redis.call('ZADD', log, text(n), definition .. '/' .. ARGV[i]) end
            end
            if ttl > 0 then redis.call('ZADD', times, text(n), ARGV[i]) end
        end
        if ttl > 0 then
            -- Moodle's wrapper decides what has expired; this only keeps the hash from growing, a few with each write.
            local old = redis.call('ZRANGEBYSCORE', times, '-inf', text(n - ttl * 1000000), 'LIMIT', 0, 20)
            if #old > 0 then
                redis.call('HDEL', hash, unpack(old))
                redis.call('ZREM', times, unpack(old))
            end
        end
        if changed and logged then cut(LENGTH, CUT) return text(n) end
        return text(last())
        LUA;

    /** log, hash, times; definition, ttl, guard, key, value -> stamp, 1 if it was written; 0: it was changed after the guard, and is deleted */
    private const EXTEND = <<<'LUA'
        local hash, times, definition, ttl, guard, key = KEYS[2], KEYS[3], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
        local member, n, known = definition .. '/' .. key, stamp(), 1
        for _, change in ipairs({member, definition .. '*', '#floor'}) do
            if tonumber(redis.call('ZSCORE', log, change) or '0') > guard then known = 0 end
        end
        if known == 1 then
            redis.call('HSET', hash, key, ARGV[5])
            if ttl > 0 then redis.call('ZADD', times, text(n), key) end
        else
            redis.call('HDEL', hash, key)
            redis.call('ZREM', times, key)
        end
        redis.call('ZADD', log, text(n), member)
        cut(LENGTH, CUT)
        return {text(n), known}
        LUA;

    /** log, hash, times; logged?, definition, guard, keys... -> stamp, how many there were */
    private const DELETE = <<<'LUA'
        local hash, times, logged, definition, guard = KEYS[2], KEYS[3], ARGV[1] == '1', ARGV[2], tonumber(ARGV[3])
        local n, count = stamp(), 0
        for i = 4, #ARGV do
            local member = definition .. '/' .. ARGV[i]
            -- With a guard, only the value that the caller has seen is deleted, not one that came after it.
            if guard == 0 or tonumber(redis.call('ZSCORE', log, member) or '0') <= guard then
                count = count + redis.call('HDEL', hash, ARGV[i])
                redis.call('ZREM', times, ARGV[i])
                if logged then redis.call('ZADD', log, text(n), member) end
            end
        end
        cut(LENGTH, CUT)
        return {text(n), count}
        LUA;

    /** log, hash, times; logged?, definition -> stamp */
    private const PURGE = <<<'LUA'
        local n = stamp()
        redis.call('UNLINK', KEYS[2], KEYS[3])
        if ARGV[1] == '1' then redis.call('ZADD', log, text(n), ARGV[2] .. '*') end
        cut(LENGTH, CUT)
        return text(n)
        LUA;

    /** log, hash, times; logged?, definition, then key and digest (or "-") of each -> how many held another value */
    private const SETTLE = <<<'LUA'
        local hash, times, logged, definition = KEYS[2], KEYS[3], ARGV[1] == '1', ARGV[2]
        local n, count = stamp(), 0
        for i = 3, #ARGV, 2 do
            local value, digest = redis.call('HGET', hash, ARGV[i]), ARGV[i + 1]
            if not value or digest == '-' or string.sub(redis.sha1hex(value), 1, #digest) ~= digest then
                -- Where the server has none a node may have kept one.
                count = count + redis.call('HDEL', hash, ARGV[i])
                redis.call('ZREM', times, ARGV[i])
                if logged then redis.call('ZADD', log, text(n), definition .. '/' .. ARGV[i]) end
            end
        end
        cut(LENGTH, CUT)
        return count
        LUA;

    /** log, working sets...; prefix of hashes, what to put for "{user}" -> member and value (or false) of each */
    private const PREFETCH = <<<'LUA'
        local answer, n = {}, 0
        for set = 2, #KEYS do
            for _, template in ipairs(redis.call('SMEMBERS', KEYS[set])) do
                local member = string.gsub(template, '{user}', ARGV[2])
                local slash = string.find(member, '/', 1, true)
                answer[n + 1] = member
                answer[n + 2] = redis.call('HGET', ARGV[1] .. string.sub(member, 1, slash - 1), string.sub(member, slash + 1))
                n = n + 2
            end
        end
        return answer
        LUA;

    /** -, working set; limit, seconds, members... */
    private const LEARN = <<<'LUA'
        local room = tonumber(ARGV[1]) - redis.call('SCARD', KEYS[2])
        for i = 3, math.min(#ARGV, room + 2) do redis.call('SADD', KEYS[2], ARGV[i]) end
        redis.call('EXPIRE', KEYS[2], ARGV[2], 'NX')
        return 1
        LUA;

    /** lock; owner -> 1 if it was ours and is gone */
    private const RELEASE = <<<'LUA'
        if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
        return 0
        LUA;

    public static function source(string $name): string {
        $body = (string) constant(self::class . '::' . strtoupper($name));
        return self::HEAD . str_replace(['LENGTH', 'CUT'], [(string) self::LOG_LENGTH, (string) self::LOG_CUT], $body);
    }
}
