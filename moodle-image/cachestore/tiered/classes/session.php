<?php
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
    protected function connect_to_redis(): bool {
        if ($this->clustermode || $this->database !== 0 || str_starts_with($this->host[0] ?? '', '/')) {
            return parent::connect_to_redis();
        }
        ini_set('redis.pconnect.pool_detect_dirty', '1');
        $context = $this->auth === '' ? [] : ['auth' => is_array($this->auth) ? $this->auth : [$this->auth]];
        $host = $this->host[0];
        if ($this->sslopts) {
            $context['stream'] = $this->sslopts;
            // Moodle's own handler wants tls:// written before the name; without it, phpredis would talk in the clear.
            $host = str_contains($host, '://') ? $host : "tls://$host";
        }
        for ($try = 1; ; $try++) {
            try {
                // phpredis asks a kept connection whether it is alive (one round trip) before it is used for a session: unlike a
                // cache, a session must not be written over a connection that has an old answer waiting in it.
                $this->connection = new \Redis();
                $this->connection->pconnect($host, $this->port, $this->connectiontimeout, 'session', 100, $this->connectiontimeout, $context);
                $this->connection->setOption(\Redis::OPT_SERIALIZER, $this->serializer);
                if ($this->prefix !== '') {
                    $this->connection->setOption(\Redis::OPT_PREFIX, $this->prefix);
                }
                return true;
            } catch (\RedisException $exception) {
                if ($try >= $this->maxretries) {
                    throw $exception;
                }
                usleep(random_int(100000, 500000));
            }
        }
    }
}
