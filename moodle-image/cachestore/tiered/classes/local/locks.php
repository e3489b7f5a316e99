<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later


namespace cachestore_tiered\local;

/** Locks of the store, in Redis: one process at a time rebuilds what all are waiting for. */
trait locks {
    /** Seconds to wait for a lock, and after which one is given up by a process that died, where `lockwait` and `locklife` do not say. */
    private const LOCK_WAIT = 60;
    private const LOCK_LIFE = 600;
    /** @var array<string, string> locks held, by key */
    private static array $locks = [];

    /** True as well while Redis is away: what it would protect cannot be written by this request then. */
    public function acquire_lock($key, $ownerid) {
        $name = $this->configuration['prefix'] . "lock:$key";
        $until = microtime(true) + ($this->configuration['lockwait'] ?? self::LOCK_WAIT);
        try {
            for ($delay = 5; ; $delay = min(2 * $delay, 500)) {
                if ($this->connection->run(fn (\Redis $redis) => $redis->set($name, $ownerid, ['nx', 'ex' => $this->configuration['locklife'] ?? self::LOCK_LIFE]))) {
                    break;
                }
                // Asked twice, when the connection broke before the first answer came.
                if ($this->check_lock_state($key, $ownerid)) {
                    break;
                }
                if (microtime(true) >= $until) {
                    return false;
                }
                usleep(1000 * random_int((int) ceil($delay / 2), $delay));
            }
        } catch (\RedisException) {
            return true;
        }
        if (self::$locks === []) {
            \core_shutdown_manager::register_function([self::class, 'release_all'], [$this]);
        }
        self::$locks[$key] = $ownerid;
        $this->node->revalidate();
        return true;
    }

    public function check_lock_state($key, $ownerid) {
        try {
            $holder = $this->connection->run(fn (\Redis $redis) => $redis->get($this->configuration['prefix'] . "lock:$key"));
        } catch (\RedisException) {
            return null;
        }
        return $holder === false ? null : $holder === (string) $ownerid;
    }

    public function release_lock($key, $ownerid) {
        unset(self::$locks[$key]);
        try {
            return (bool) $this->connection->script('release', [$this->configuration['prefix'] . "lock:$key"], [$ownerid]);
        } catch (\RedisException) {
            return false;
        }
    }

    /** @internal at the end of the request: locks that nobody gave back, after an error */
    public static function release_all(self $store): void {
        foreach (self::$locks as $key => $ownerid) {
            $store->release_lock($key, $ownerid);
        }
    }
}
