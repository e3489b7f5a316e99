<?php
// cspell:ignore acquiretimeout
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

namespace cachestore_tiered;

/**
 * Moodle's Redis sessions over a kept connection: no TCP and TLS handshake, no sign-in and no question for the server's version in
 * each request. All else is Moodle's own handler. Selected by $CFG->session_handler_class = '\cachestore_tiered\session'.
 */
class session extends \core\session\redis {
    /** Requests of one user that may wait on a node for as long as Moodle lets them: a page, and what it loads beside. */
    private const WAITERS = 2;
    /** Seconds that further ones wait. The requests of one page take turns much faster; whoever keeps loading a page does not. */
    private const IMPATIENCE = 5;

    /**
     * Moodle's own wait for another request of the same user. A child of php-fpm waits with it, also when its visitor has long gone, so
     * one user must not have all of them.
     */
    protected function lock_session($id) {
        if (!function_exists('apcu_enabled') || !apcu_enabled()) {
            return parent::lock_session($id);
        }
        $key = 'cachestore_tiered session ' . sha1($id);
        // Forgotten by itself, where a process was killed with it.
        $waiting = apcu_inc($key, 1, $done, max(1, (int) $this->acquiretimeout));
        $patience = $this->acquiretimeout;
        try {
            if ($waiting > self::WAITERS) {
                $this->acquiretimeout = min($patience, self::IMPATIENCE);
            }
            return parent::lock_session($id);
        } finally {
            $this->acquiretimeout = $patience;
            apcu_dec($key);
        }
    }

    /** Moodle 4.5 connects in here, and has no method for that alone. */
    public function init(): bool {
        if (method_exists(parent::class, 'connect_to_redis') || !$this->one_server()) {
            return parent::init();
        }
        session_set_save_handler($this);
        return $this->connect_to_redis();
    }

    /** @throws \RedisException when the server cannot be reached */
    protected function connect_to_redis(): bool {
        if (!$this->one_server()) {
            return parent::connect_to_redis();
        }
        ini_set('redis.pconnect.pool_detect_dirty', '1');
        // The cache, opened before, does without: it asks a question of its own.
        ini_set('redis.pconnect.echo_check_liveness', '1');
        $context = $this->auth === '' ? [] : ['auth' => is_array($this->auth) ? $this->auth : [$this->auth]];
        $host = $this->host[0];
        if ($this->sslopts) {
            $context['stream'] = $this->sslopts;
            // phpredis works it out from the options, unless there are none of them.
            $host = str_contains($host, '://') ? $host : "tls://$host";
        }
        // Moodle 4.5 has neither setting.
        $timeout = $this->connectiontimeout ?? 3;
        $tries = $this->maxretries ?? 3;
        for ($try = 1; ; $try++) {
            try {
                // phpredis asks a kept connection whether it is alive (one round trip) before it is used for a session: unlike a
                // cache, a session must not be written over a connection that has an old answer waiting in it.
                $this->connection = new \Redis();
                $this->connection->pconnect($host, $this->port, $timeout, 'session', 100, $timeout, $context);
                $this->connection->setOption(\Redis::OPT_SERIALIZER, $this->serializer);
                if ($this->prefix !== '') {
                    $this->connection->setOption(\Redis::OPT_PREFIX, $this->prefix);
                }
                return true;
            } catch (\RedisException $exception) {
                // As Moodle's own handler says it: which server, and how often it was tried.
                $words = "Failed to connect (try $try out of $tries) to Redis at $host:$this->port, the error returned was: {$exception->getMessage()}";
                debugging($words);
                if ($try >= $tries) {
                    throw new \RedisException($words, 0, $exception);
                }
                usleep(random_int(100000, 500000));
            }
        }
    }

    /** Whether this class can connect: one address, its first database, over the network. */
    private function one_server(): bool {
        return !$this->clustermode && $this->database === 0 && !str_starts_with($this->host[0] ?? '', '/');
    }
}
