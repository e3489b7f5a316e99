<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

namespace cachestore_tiered\local;

/** One kept connection to Redis per php-fpm child and server, shared by all caches of a request. */
final class connection {
    /** Servers answer so when they are not, or no longer, the one to write to. */
    private const MOVED = ['READONLY', 'LOADING', 'MASTERDOWN'];

    /** Seconds. A server that refuses says so at once; one that takes longer to fail hangs, and each request that asks it waits. */
    private const SLOW = 1.0;
    /** Seconds for which that is remembered, and after which a request asks again meanwhile. */
    private const HANGING = 60;
    private const ASK_AGAIN = 5;

    /** @var array<string, self> */
    private static array $all = [];

    private ?\Redis $redis = null;
    private bool $failed = false;
    private bool $alive = false;
    private float $began = 0.0;
    /** Questions asked in this request, each one round trip: for the log. */
    public static int $trips = 0;
    /** Bytes of the last answer that was read as values; for Moodle's performance footer. */
    public int $lastbytes = 0;

    /** @param array<string, mixed> $configuration of the store */
    public static function for(array $configuration): self {
        $server = $configuration['server'];
        return self::$all[$server] ??= new self($configuration);
    }

    private function __construct(private readonly array $configuration) {
    }

    /** Whether there is a server to talk to, asked at most once per request. */
    private function ready(): bool {
        if ($this->redis === null && !$this->failed) {
            if (!$this->may_try()) {
                $this->failed = true;
                $this->report('it hangs, as another request has seen');
                return false;
            }
            $this->began = microtime(true);
            try {
                $this->open(true);
            } catch (\RedisException $exception) {
                $this->fail($exception);
            }
        }
        return !$this->failed;
    }

    /** While the server is known to hang, one request of the node at a time asks whether it does still: each waits with its process. */
    private function may_try(): bool {
        if (!self::remembers() || !apcu_exists($this->hanging())) {
            return true;
        }
        return apcu_add($this->hanging() . ' asked', true, self::ASK_AGAIN);
    }

    /** The rest of the request goes without. */
    private function fail(\RedisException $exception): void {
        $this->failed = true;
        $this->redis = null;
        if (self::remembers() && microtime(true) - $this->began > self::SLOW) {
            apcu_store($this->hanging(), true, self::HANGING);
            apcu_store($this->hanging() . ' asked', true, self::ASK_AGAIN);
        }
        $this->report($exception->getMessage());
    }

    /** Whether the requests of this node have a memory in common. */
    private static function remembers(): bool {
        return function_exists('apcu_enabled') && apcu_enabled();
    }

    private function hanging(): string {
        return "cachestore_tiered hangs {$this->configuration['server']}";
    }

    /**
     * Runs $call with the client. Once more on a new connection when a kept one turns out to be dead, or to lead to a server that
     * was demoted: everything that the store does may be done twice.
     *
     * @throws \RedisException when that fails as well; the rest of the request does without the cache
     */
    public function run(callable $call): mixed {
        if (!$this->ready()) {
            throw new \RedisException('not connected');
        }
        $this->began = microtime(true);
        try {
            return $this->answered($this->attempt($call));
        } catch (\RedisException) {
            try {
                $this->open(false);
                return $this->answered($this->attempt($call));
            } catch (\RedisException $second) {
                $this->fail($second);
                throw $second;
            }
        }
    }

    private function answered(mixed $answer): mixed {
        if (!$this->alive) {
            $this->alive = true;
            if (self::remembers()) {
                apcu_delete($this->hanging());
            }
        }
        return $answer;
    }

    /** @throws \RedisException */
    public function script(string $name, array $keys, array $arguments): mixed {
        static $shas = [];
        $shas[$name] ??= sha1(scripts::source($name));
        return $this->run(function (\Redis $redis) use ($name, $keys, $arguments, $shas) {
            $all = [...$keys, ...$arguments];
            $redis->clearLastError();
            $answer = $redis->evalSha($shas[$name], $all, count($keys));
            if ($answer === false && str_starts_with((string) $redis->getLastError(), 'NOSCRIPT')) {
                $redis->clearLastError();
                $answer = $redis->eval(scripts::source($name), $all, count($keys));
            }
            return $answer;
        });
    }

    /** The connection has answered something that was not asked for: a request died between question and answer. */
    public function distrust(): void {
        $this->open(false);
    }

    private function attempt(callable $call): mixed {
        self::$trips++;
        $this->redis->clearLastError();
        $answer = $call($this->redis);
        $error = (string) $this->redis->getLastError();
        if ($error !== '') {
            // Any other refusal (out of memory, not allowed) is an error as well, never an empty cache.
            throw new \RedisException($error);
        }
        return $answer;
    }

    private function open(bool $kept): void {
        // The first use of a kept connection in a request is checked by the store's own question (see node::sync): phpredis would
        // spend a round trip on it. Unread bytes of a request that died close it. https://github.com/phpredis/phpredis/discussions/2609
        ini_set('redis.pconnect.echo_check_liveness', '0');
        ini_set('redis.pconnect.pool_detect_dirty', '1');
        $address = $this->configuration['server'];
        $socket = str_starts_with($address, '/');
        [$host, $port] = $socket ? [$address, 0] : [substr($address, 0, strrpos($address, ':')), (int) substr(strrchr($address, ':'), 1)];
        $context = [];
        if (($this->configuration['password'] ?? '') !== '') {
            $context['auth'] = [$this->configuration['password']];
        }
        if ($this->configuration['encryption'] ?? false) {
            $host = "tls://$host";
            $cafile = $this->configuration['cafile'] ?? '';
            $context['stream'] = $cafile === '' ? [] : ['cafile' => $cafile];
            if ($this->configuration['insecure'] ?? false) {
                $context['stream'] = ['verify_peer' => false, 'verify_peer_name' => false];
            }
        }
        $timeout = (float) ($this->configuration['connectiontimeout'] ?? 3);
        $old = $this->redis;
        $this->redis = null;
        try {
            // A pooled connection that was broken goes back to the pool when its object does: closed first.
            $old?->close();
        } catch (\RedisException) {
            // It was broken, after all.
        }
        $redis = new \Redis();
        if ($kept && ($this->configuration['persistent'] ?? true)) {
            $redis->pconnect($host, $port, $timeout, 'cachestore_tiered', 100, $timeout, $context);
        } else {
            $redis->connect($host, $port, $timeout, null, 100, $timeout, $context);
        }
        $this->redis = $redis;
        $this->failed = false;
    }

    /** Once per request, with the reason and without the password. */
    private function report(string $reason): void {
        $message = "cachestore_tiered: {$this->configuration['server']}: $reason; this request goes without the shared cache";
        $report = $this->configuration['report'] ?? '';
        is_callable($report) ? $report($message) : error_log($message);
    }
}
