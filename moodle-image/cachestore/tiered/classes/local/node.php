<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

namespace cachestore_tiered\local;

/**
 * The memory of one node: APCu, which all php-fpm children of a container share.
 *
 * Kept per key: the value (or that there is none) with the stamp that the reader had when it was read, and apart from it the stamp
 * of the latest change that this node has heard of. A value counts when it is not older than the latest change of its key and the
 * latest purge of its definition. What is read is therefore right even when a child reads an old value from Redis, another child
 * hears of the change, and only then the first one stores what it has read.
 *
 * All of it lives under an epoch: a random word that is given up when the node cannot know what it has missed.
 */
final class node {
    /**
     * Seconds. A stamp is noted under the period in which it was heard, and counts until the end of the next one: it outlives every
     * value that it makes invalid, with an hour to spare for a child that was stopped between reading and storing. (A stamp without
     * a period would live from when it was first noted, as apcu_cas does not renew it.)
     */
    public const VALUE_LIFE = 3600;
    private const PERIOD = 2 * self::VALUE_LIFE;
    /** Seconds that prefetched values are kept: whose they are is not known, so they are treated as personal ones. */
    private const PREFETCHED_LIFE = 600;
    /** More changes than this at once: forgetting all is cheaper than the answer. */
    private const MOST_CHANGES = 2000;
    /** Keys that one class of page may have in its working set, and seconds after which it is learned again. */
    private const WORKING_SET = 400;
    private const WORKING_SET_LIFE = 21600;
    /** Reads of single keys in one request that are taken as a sign of a cold node. */
    private const COLD_AFTER = 3;
    /** Fewer than this are not worth learning. */
    private const LEARN_FROM = 8;

    /** @var array<string, self> */
    private static array $all = [];

    private string $epoch = '';
    private int $stamp = 0;
    private float $syncedat = 0.0;
    private int $period = 0;
    /** @var array<string, int> latest purge of each definition, as known at the last sync */
    private array $purges = [];
    /** @var array<string, true> members read from Redis one by one in this request */
    private array $misses = [];
    private int $trips = 0;

    /** @param array<string, mixed> $configuration of the store */
    public static function for(array $configuration, connection $connection): self {
        return self::$all[$configuration['server'] . '|' . $configuration['prefix']] ??= new self($configuration, $connection);
    }

    private function __construct(private readonly array $configuration, private readonly connection $connection) {
    }

    /** Without APCu (command line, or switched off) every read goes to Redis: slower, never wrong. */
    public static function available(): bool {
        static $available = null;
        return $available ??= function_exists('apcu_enabled') && apcu_enabled();
    }

    public function log(): string {
        return $this->configuration['prefix'] . 'log';
    }

    /** Ask again before the next read: after a lock was got, another node may just have written what it protects. */
    public function revalidate(): void {
        $this->syncedat = 0.0;
    }

    /**
     * Asks Redis what has changed since this node last asked. Once per request, and again in one that goes on for longer.
     *
     * @throws \RedisException
     */
    public function sync(): void {
        $now = microtime(true);
        if ($now - $this->syncedat < (float) ($this->configuration['revalidate'] ?? 5)) {
            return;
        }
        $this->period = intdiv((int) $now, self::PERIOD);
        [$epoch, $since] = $this->position();
        $nonce = bin2hex(random_bytes(6));
        $question = fn () => $this->connection->script('sync', [$this->log()], [$since, self::MOST_CHANGES, $nonce]);
        $answer = $question();
        if (($answer[0] ?? null) !== $nonce) {
            $this->connection->distrust();
            $answer = $question();
            if (($answer[0] ?? null) !== $nonce) {
                throw new \RedisException('answers do not fit the questions');
            }
        }
        $stamp = (int) $answer[1];
        if ($answer[2] === '1') {
            $epoch = $this->begin($epoch, $stamp);
        } else {
            for ($i = 3; $i < count($answer); $i += 2) {
                if (!$this->heard($epoch, $answer[$i], (int) $answer[$i + 1])) {
                    $epoch = $this->begin($epoch, $stamp);
                    break;
                }
            }
            // Last: whoever reads this position may rely on all changes up to it.
            self::raise($this->name($epoch, 's'), $stamp, 0);
        }
        [$this->epoch, $this->stamp, $this->syncedat, $this->purges] = [$epoch, $stamp, $now, []];
    }

    /**
     * @param string[] $keys
     * @return array<string, array{0: int, 1?: mixed}> stamp and value of each key that is known; no value: known to be absent
     */
    public function read(string $definition, array $keys): array {
        $names = [];
        $before = $this->period - 1;
        foreach ($keys as $key) {
            $names[] = $this->name($this->epoch, "v$definition/$key");
            $names[] = $this->name($this->epoch, "t$this->period$definition/$key");
            $names[] = $this->name($this->epoch, "t$before$definition/$key");
        }
        $found = apcu_fetch($names);
        if ($found === false || $found === []) {
            return [];
        }
        $oldest = $this->purges[$definition] ??= $this->latest("$definition*");
        $known = [];
        foreach ($keys as $i => $key) {
            $value = $found[$names[3 * $i]] ?? null;
            $changed = $found[$names[3 * $i + 1]] ?? $found[$names[3 * $i + 2]] ?? 0;
            if ($value !== null && $value[0] >= $oldest && $value[0] >= $changed) {
                $known[$key] = isset($value[2]) ? [$value[0], igbinary_unserialize($value[1])] : $value;
            }
        }
        return $known;
    }

    /** Keeps what was read from Redis in this request; $entry is [] for an absent key and [value] otherwise. */
    public function keep(string $definition, string $key, array $entry, int $life): void {
        $this->store($definition, $key, [$this->stamp, ...$entry], $life);
    }

    /** Keeps what this request has just written (or deleted), which got $stamp. */
    public function written(string $definition, string $key, array $entry, int $stamp, int $life): void {
        if (!$this->heard($this->epoch, "$definition/$key", $stamp)) {
            apcu_delete($this->name('', 'e'));
            return;
        }
        $this->store($definition, $key, [$stamp, ...$entry], $life);
    }

    public function purged(string $definition, int $stamp): void {
        if (!$this->heard($this->epoch, "$definition*", $stamp)) {
            apcu_delete($this->name('', 'e'));
        }
        $this->purges[$definition] = $stamp;
    }

    /** A key had to be read from Redis alone: after a few of them, all that this class of page is known to use is fetched at once. */
    public function missed(string $member): bool {
        $this->misses[$member] = true;
        if ($this->trips++ === 0) {
            \core_shutdown_manager::register_function([$this, 'learn']);
        }
        return $this->trips === self::COLD_AFTER && $this->prefetch();
    }

    /** @internal at the end of the request */
    public function learn(): void {
        if (count($this->misses) < self::LEARN_FROM) {
            return;
        }
        // What a page needs for one user it needs for another one: such keys are learned with the user's number left open.
        $members = self::templates(array_slice(array_keys($this->misses), 0, self::WORKING_SET));
        try {
            foreach ([$this->workingset('') => false, $this->workingset('u') => true] as $set => $personal) {
                $some = array_filter($members, fn (string $member) => str_contains($member, '{user}') === $personal);
                if ($some !== []) {
                    $this->connection->script('learn', [$this->log(), $set], [self::WORKING_SET, self::WORKING_SET_LIFE, ...$some]);
                }
            }
        } catch (\RedisException) {
            // Reported already; the next cold page is slower, that is all.
        }
    }

    private function prefetch(): bool {
        // A warm node lacks only what concerns this user; the rest, language strings above all, is fetched by a cold one.
        $personal = preg_grep('~\{user\}~', self::templates(array_keys($this->misses)));
        $sets = [$this->workingset('u'), ...(count($personal) === count($this->misses) ? [] : [$this->workingset('')])];
        $answer = $this->connection->script('prefetch', [$this->log(), ...$sets], [$this->configuration['prefix'] . 'h:', self::user()]);
        for ($i = 0; $i < count($answer ?: []); $i += 2) {
            [$definition, $key] = explode('/', $answer[$i], 2);
            $decoded = $answer[$i + 1] === false ? [true] : codec::decode($answer[$i + 1]);
            if ($decoded[0]) {
                $this->keep($definition, $key, array_slice($decoded, 1), self::PREFETCHED_LIFE);
            }
        }
        return true;
    }

    /** @return string[] members with the number of this request's user replaced by "{user}" */
    private static function templates(array $members): array {
        $user = self::user();
        $members = array_map('strval', $members);
        return $user === '0' ? $members : preg_replace("~(?<=[/_-])$user(?=[_-]|$)~", '{user}', $members);
    }

    /** One per script and course or activity (and service, for AJAX). */
    private function workingset(string $kind): string {
        $id = is_string($_GET['id'] ?? null) ? (int) $_GET['id'] : 0;
        $service = is_string($_GET['info'] ?? null) ? $_GET['info'] : '';
        return $this->configuration['prefix'] . "w$kind:" . md5(($_SERVER['SCRIPT_NAME'] ?? '') . " $id $service");
    }

    private static function user(): string {
        return (string) ($GLOBALS['USER']->id ?? 0);
    }

    /** @return array{0: string, 1: int} epoch and stamp of all that this node has applied; 0 if it has nothing */
    private function position(): array {
        $epoch = apcu_fetch($this->name('', 'e'));
        if ($epoch === false) {
            return ['', 0];
        }
        $stamp = apcu_fetch($this->name($epoch, 's'));
        return $stamp === false ? [$epoch, 0] : [$epoch, $stamp];
    }

    /** Gives up $old, unless another child has done so already, and starts with what is true at $stamp. */
    private function begin(string $old, int $stamp): string {
        $name = $this->name('', 'e');
        $epoch = bin2hex(random_bytes(4));
        apcu_store($this->name($epoch, 's'), $stamp);
        if ($old !== '' && apcu_fetch($name) === $old) {
            apcu_delete($name);
        }
        // Whoever is first wins. A child that lost goes on alone in its own epoch until its next request.
        apcu_add($name, $epoch);
        return $epoch;
    }

    /** Notes a change, and drops what it makes invalid. False if there was no room to note it. */
    private function heard(string $epoch, string $member, int $stamp): bool {
        if (!self::raise($this->name($epoch, "t$this->period$member"), $stamp, 2 * self::PERIOD)) {
            return false;
        }
        if (!str_ends_with($member, '*')) {
            $value = $this->name($epoch, "v$member");
            $kept = apcu_fetch($value);
            if ($kept !== false && $kept[0] < $stamp) {
                apcu_delete($value);
            }
        }
        return true;
    }

    private function store(string $definition, string $key, array $value, int $life): void {
        $name = $this->name($this->epoch, "v$definition/$key");
        // With apc.serializer = default, APCu copies arrays as they are: five times as fast as a serialiser (1,500 strings: 46 us,
        // igbinary 222 us). It takes APCu 5.1.23, which fixes a crash: https://pecl.php.net/package/APCu/5.1.23
        // What has objects in it has to be serialised, and igbinary is the faster way (350 objects: 445 us, PHP's own 680 us).
        if (isset($value[1]) && function_exists('igbinary_serialize') && self::has_object($value[1])) {
            $value = [$value[0], igbinary_serialize($value[1]), true];
        }
        // A full memory refuses, and the key stays remote.
        apcu_store($name, $value, min($life, self::VALUE_LIFE));
        if ($this->latest("$definition/$key") > $value[0]) {
            // A change was heard of while this was on its way.
            apcu_delete($name);
        }
    }

    private static function has_object(mixed $value): bool {
        if (is_array($value)) {
            foreach ($value as $item) {
                if ((is_object($item) || is_array($item)) && self::has_object($item)) {
                    return true;
                }
            }
            return false;
        }
        return is_object($value);
    }

    /** Stamp of the latest change of a member that this node has heard of; 0 if it was long ago. */
    private function latest(string $member): int {
        $now = apcu_fetch($this->name($this->epoch, "t$this->period$member"));
        return $now !== false ? $now : (int) apcu_fetch($this->name($this->epoch, 't' . ($this->period - 1) . $member));
    }

    /** Sets a number that only ever grows, whoever else is doing the same. */
    private static function raise(string $name, int $to, int $life): bool {
        for ($try = 0; $try < 100; $try++) {
            if (apcu_add($name, $to, $life)) {
                return true;
            }
            $old = apcu_fetch($name);
            if ($old === false) {
                if ($try > 2) {
                    return false;
                }
                continue;
            }
            if ($old >= $to || apcu_cas($name, $old, $to)) {
                return true;
            }
        }
        return false;
    }

    private function name(string $epoch, string $rest): string {
        return $this->configuration['prefix'] . "$epoch:$rest";
    }
}
