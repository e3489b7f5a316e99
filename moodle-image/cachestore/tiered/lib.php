<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

use cachestore_tiered\local\codec;
use cachestore_tiered\local\connection;
use cachestore_tiered\local\locks;
use cachestore_tiered\local\node;
use cachestore_tiered\local\undelivered;
use core_cache\definition;
use core_cache\helper;
use core_cache\store;
use core_cache\version_wrapper;

// Caches are used before Moodle can load a plugin's classes by name.
require_once __DIR__ . '/classes/local/codec.php';
require_once __DIR__ . '/classes/local/scripts.php';
require_once __DIR__ . '/classes/local/connection.php';
require_once __DIR__ . '/classes/local/node.php';
require_once __DIR__ . '/classes/local/undelivered.php';
require_once __DIR__ . '/classes/local/locks.php';

/**
 * A shared Redis with the memory of the node in front of it, for every application cache and not only for those whose owners
 * allow a local store: one question per request tells the node what has changed elsewhere.
 *
 * Consistency: whoever writes, deletes or purges sees it at once, and in the next request wherever that runs; every other request
 * sees it if it begins after the change. A request that is already running keeps what it has for at most `revalidate` seconds.
 *
 * Cost: one round trip per page on a warm node, one more per write. If Redis is away, reads are misses and writes are lost (as with
 * Moodle's own Redis store). Both leave notes, so that a server which comes back with old values does not bring them back to users.
 */
class cachestore_tiered extends store implements
    core_cache\key_aware_cache_interface,
    core_cache\lockable_cache_interface,
    core_cache\searchable_cache_interface
{
    use locks;

    /** The definition by which Moodle tells caches, also those in sessions, that what they hold is old. */
    private const EVENTS = 'core/eventinvalidation';
    /**
     * One value for each user and course, to which a page adds one activity after the other, and writes all of it each time: 79 writes when a
     * user sees a course of 79 for the first time (`completion_info::get_data()`). Who reads it looks up what is not in it yet.
     */
    private const GROWING = 'core/completion';
    /** Keys in one script, which holds up all others while it runs. */
    private const SETTLED_AT_ONCE = 500;

    private readonly string $name;
    private readonly array $configuration;
    private readonly connection $connection;
    private readonly node $node;
    private ?definition $definition = null;
    /** Short name of the definition: part of every key, so it is paid for in every message. */
    private string $id = '';
    /** @var array<string, int> stamps of versioned values that were served from the node */
    private array $served = [];
    /** @var array<string, array{value: mixed, stamp: int, held: bool}> what this request has written of a cache that grows */
    private array $growing = [];
    private bool $ending = false;

    /**
     * Configuration: server "host:port" or a socket's path, prefix (one per site and environment), password, encryption, cafile,
     * connectiontimeout (s), persistent (true), local (true: keep in the node's memory), life (s there, at most an hour),
     * compressfrom (bytes), revalidate (s), lockwait (s for a lock that another process has), locklife (s of one whose process died), report (name of a
     * function that is told why a request goes without the server; PHP's log where there is none).
     */
    public function __construct($name, array $configuration = []) {
        $this->name = $name;
        $this->configuration = $configuration + ['server' => '', 'prefix' => '', 'local' => true, 'compressfrom' => codec::COMPRESS_FROM,
            'life' => node::VALUE_LIFE];
        $this->connection = connection::for($this->configuration);
        $this->node = node::for($this->configuration, $this->connection);
    }

    public static function are_requirements_met() {
        // 5.3.5 closes kept connections that have unread bytes: https://pecl.php.net/package-changelog.php?package=redis&release=5.3.5
        return version_compare((string) phpversion('redis'), '5.3.5', '>=');
    }

    public static function is_supported_mode($mode) {
        return $mode === self::MODE_APPLICATION;
    }

    public static function get_supported_features(array $configuration = []) {
        return self::SUPPORTS_DATA_GUARANTEE + self::DEREFERENCES_OBJECTS + self::IS_SEARCHABLE;
    }

    public static function get_supported_modes(array $configuration = []) {
        return self::MODE_APPLICATION;
    }

    public function my_name() {
        return $this->name;
    }

    public function initialise(definition $definition) {
        $this->definition = $definition;
        $this->id = substr($definition->generate_definition_hash(), 0, 14);
        return true;
    }

    public function is_initialised() {
        return $this->definition !== null;
    }

    /**
     * Also while Redis is away: Moodle would go to its default store instead, files on the shared storage, whose values of the last
     * time would be read, and a deletion would be carried out there and not here.
     */
    public function is_ready() {
        return $this->configuration['server'] !== '';
    }

    public function get($key) {
        return $this->get_many([$key])[$key];
    }

    public function get_many($keys) {
        $values = [];
        foreach ($this->entries($keys) as $key => $entry) {
            // null is a value for Moodle, only false is "not found".
            $values[$key] = $entry === [] ? false : $entry[0];
        }
        return $values;
    }

    public function has($key) {
        return $this->entries([$key])[$key] !== [];
    }

    public function has_any(array $keys) {
        return array_filter($this->entries($keys)) !== [];
    }

    public function has_all(array $keys) {
        return count(array_filter($this->entries($keys))) === count($keys);
    }

    public function set($key, $data) {
        return $this->set_many([['key' => $key, 'value' => $data]]) === 1;
    }

    public function set_many(array $keyvaluearray) {
        if ($keyvaluearray === []) {
            return 0;
        }
        $first = reset($keyvaluearray);
        if (count($keyvaluearray) === 1 && $this->hold((string) $first['key'], $first['value'])) {
            return 1;
        }
        $encoded = [];
        $bytes = 0;
        foreach ($keyvaluearray as $pair) {
            $encoded[$pair['key']] = codec::encode($pair['value'], $this->configuration['compressfrom']);
            $bytes += strlen($encoded[$pair['key']]);
        }
        try {
            $this->begin();
            $stamp = $this->write($encoded);
        } catch (RedisException) {
            // A miss for everybody: as when the server was away from the start.
            $this->swallowed($encoded);
            return 0;
        }
        $this->connection->lastbytes = $bytes;
        if ($this->local()) {
            foreach ($keyvaluearray as $pair) {
                $this->node->written($this->id, $pair['key'], [$pair['value']], $stamp, $this->configuration['life']);
                if ($this->definition->get_id() === self::GROWING) {
                    $this->growing[$pair['key']] = ['value' => $pair['value'], 'stamp' => $stamp, 'held' => false];
                }
            }
        }
        return count($keyvaluearray);
    }

    /**
     * Whether a value of a cache that grows may wait for the end of the request: it only adds to what this request has written before. All
     * others have that until then, and look up the rest themselves.
     */
    private function hold(string $key, mixed $value): bool {
        $before = $this->growing[$key] ?? null;
        if ($before === null || $this->ending || !self::adds(self::bare($before['value']), self::bare($value))) {
            return false;
        }
        if (!in_array(true, array_column($this->growing, 'held'), true)) {
            core_shutdown_manager::register_function([$this, 'hand_over']);
        }
        $this->growing[$key] = ['value' => $value, 'stamp' => $before['stamp'], 'held' => true];
        return true;
    }

    /** @internal at the end of the request: writes what waits, or deletes it where somebody else has changed it meanwhile */
    public function hand_over(): void {
        $this->ending = true;
        $held = array_filter($this->growing, fn (array $one) => $one['held']);
        $this->growing = [];
        foreach ($held as $key => ['value' => $value, 'stamp' => $stamp]) {
            $encoded = codec::encode($value, $this->configuration['compressfrom']);
            try {
                $this->begin();
                [$at, $written] = $this->connection->script('extend', $this->names(), [$this->id, $this->definition->get_ttl(), $stamp, $key, $encoded]);
            } catch (RedisException) {
                $this->swallowed([$key => $encoded]);
                continue;
            }
            $this->node->written($this->id, (string) $key, (int) $written === 1 ? [$value] : [], (int) $at, $this->configuration['life']);
        }
    }

    /** Without the wrapper in which Moodle keeps the time of its end. */
    private static function bare(mixed $value): mixed {
        return $value instanceof core_cache\ttl_wrapper ? $value->data : $value;
    }

    /** Whether all of $old is in $new. */
    private static function adds(mixed $old, mixed $new): bool {
        if ($old === $new) {
            return true;
        }
        if (!is_array($old) || !is_array($new)) {
            return false;
        }
        foreach ($old as $key => $value) {
            if (!array_key_exists($key, $new) || !self::adds($value, $new[$key])) {
                return false;
            }
        }
        return true;
    }

    public function delete($key) {
        return $this->delete_many([$key]) === 1;
    }

    public function delete_many(array $keys) {
        if ($keys === []) {
            return 0;
        }
        $this->growing = array_diff_key($this->growing, array_flip($keys));
        // Moodle deletes a versioned value that is too old for it. The one that was served from this node may be older than what
        // another node has put into Redis since: that one stays. Everything else is deleted whatever it is.
        $guard = count($keys) === 1 ? $this->served[reset($keys)] ?? 0 : 0;
        $arguments = [$this->configuration['local'] ? '1' : '0', $this->id, $guard, ...array_values($keys)];
        $answer = $this->change(array_fill_keys($keys, undelivered::DELETED), fn () => $this->connection->script('delete', $this->names(), $arguments));
        if ($answer === null) {
            return count($keys);
        }
        if ($this->local()) {
            foreach ($keys as $key) {
                unset($this->served[$key]);
                $guard === 0 ? $this->node->written($this->id, $key, [], (int) $answer[0], $this->configuration['life']) : $this->node->revalidate();
            }
        }
        return (int) $answer[1];
    }

    public function purge() {
        $this->growing = [];
        $stamp = $this->change(['' => undelivered::PURGED], fn () => $this->connection->script('purge', $this->names(), [$this->configuration['local'] ? '1' : '0', $this->id]));
        if ($stamp !== null && $this->local()) {
            $this->node->purged($this->id, (int) $stamp);
        }
        return true;
    }

    public function find_all() {
        try {
            return $this->connection->run(fn (Redis $redis) => $redis->hKeys($this->names()[1])) ?: [];
        } catch (RedisException) {
            return [];
        }
    }

    public function find_by_prefix($prefix) {
        return array_values(array_filter($this->find_all(), fn ($key) => str_starts_with($key, $prefix)));
    }

    public function get_last_io_bytes(): int {
        return $this->connection->lastbytes;
    }

    public function store_total_size(): ?int {
        try {
            return (int) ($this->connection->run(fn (Redis $redis) => $redis->info('memory'))['used_memory'] ?? 0) ?: null;
        } catch (RedisException) {
            return null;
        }
    }

    public function estimate_stored_size($key, $value): int {
        return strlen((string) $key) + strlen(codec::encode($value, $this->configuration['compressfrom']));
    }

    public static function initialise_test_instance(definition $definition) {
        return false;
    }

    public static function unit_test_configuration() {
        return ['server' => TEST_CACHESTORE_TIERED_TESTSERVER, 'prefix' => 'phpunit:'];
    }

    public static function ready_to_be_used_for_testing() {
        return defined('TEST_CACHESTORE_TIERED_TESTSERVER');
    }

    /**
     * @param string[] $keys
     * @return array<string, array{0?: mixed}> in the order of the keys; [] if there is no such key
     */
    private function entries(array $keys): array {
        $this->connection->lastbytes = 0;
        $entries = array_fill_keys($keys, []);
        try {
            $this->begin();
            $missing = array_values(array_diff($this->from_node($entries), $this->held($entries)));
            if ($missing !== [] && $this->local() && count($missing) === 1 && $this->node->missed("$this->id/$missing[0]")) {
                $missing = $this->from_node($entries);
            }
            if ($missing === []) {
                return $entries;
            }
            $hash = $this->names()[1];
            $answers = count($missing) === 1
                ? [$missing[0] => $this->connection->run(fn (Redis $redis) => $redis->hGet($hash, $missing[0]))]
                : $this->connection->run(fn (Redis $redis) => $redis->hMGet($hash, $missing));
        } catch (RedisException) {
            return $entries;
        }
        foreach ($missing as $key) {
            $answer = $answers[$key] ?? false;
            if ($answer !== false) {
                $this->connection->lastbytes += strlen($answer);
                $decoded = codec::decode($answer);
                if (!$decoded[0]) {
                    // Written by a node with an extension that this one does not have.
                    continue;
                }
                $entries[$key] = [$decoded[1]];
            }
            if ($this->local()) {
                $this->node->keep($this->id, $key, $entries[$key], $this->configuration['life']);
            }
        }
        return $entries;
    }

    /** Fills in what waits for the end of the request. @return string[] its keys */
    private function held(array &$entries): array {
        $held = array_filter(array_intersect_key($this->growing, $entries), fn (array $one) => $one['held']);
        foreach ($held as $key => $one) {
            $entries[$key] = [$one['value']];
        }
        return array_map('strval', array_keys($held));
    }

    /** Fills in what the node knows. @return string[] the keys that it does not */
    private function from_node(array &$entries): array {
        $keys = array_map('strval', array_keys($entries));
        if (!$this->local()) {
            return $keys;
        }
        $missing = [];
        $known = $this->node->read($this->id, $keys);
        foreach ($keys as $key) {
            if (!isset($known[$key])) {
                $missing[] = $key;
                continue;
            }
            $entries[$key] = array_slice($known[$key], 1);
            if (($entries[$key][0] ?? null) instanceof version_wrapper) {
                $this->served[$key] = $known[$key][0];
            }
        }
        return $missing;
    }

    private function local(): bool {
        return $this->configuration['local'] && node::available();
    }

    /** @throws RedisException */
    private function begin(): void {
        $reach = fn () => $this->connection->run(fn (Redis $redis) => $redis->ping());
        undelivered::make_up($this->configuration['prefix'], $reach, $this->settle(...));
        if ($this->local()) {
            $this->node->sync();
        }
    }

    /**
     * @param array<string, string> $encoded
     * @return int the stamp that these values have
     * @throws RedisException
     */
    private function write(array $encoded): int {
        $arguments = [$this->configuration['local'] ? '1' : '0', $this->id, $this->definition->get_ttl()];
        foreach ($encoded as $key => $value) {
            array_push($arguments, $key, $value);
        }
        return (int) $this->connection->script('write', $this->names(), $arguments);
    }

    /**
     * Runs what must not be lost: the caller believes that old values are gone. If the server does not take it, a note on the shared
     * files does, and the caller goes on: the database has the change, and the rest of what belongs to it must not be left undone.
     *
     * @param array<string, string> $keys
     * @throws core\exception\moodle_exception when not even a note can be written
     */
    private function change(array $keys, callable $call): mixed {
        try {
            $this->begin();
            return $call();
        } catch (RedisException $exception) {
            if (undelivered::note($this->configuration['prefix'], $this->id, (bool) $this->configuration['local'], $keys, true)) {
                return null;
            }
            throw new core\exception\moodle_exception('unreachable', 'cachestore_tiered', '', $exception->getMessage());
        }
    }

    /** @param array<string, string> $encoded values that the server did not take; it may hold older ones */
    private function swallowed(array $encoded): void {
        if ($this->definition->get_id() === self::EVENTS) {
            $this->change(array_map(fn () => undelivered::EVENT, $encoded), fn () => throw new RedisException('not written'));
            return;
        }
        if ($this->definition->has_invalidation_events()) {
            // An older time is the safe one: events since then are looked at again. Without any, they would be left out.
            unset($encoded[helper::hash_key('lastinvalidation', $this->definition)]);
        }
        undelivered::note($this->configuration['prefix'], $this->id, (bool) $this->configuration['local'], array_map(undelivered::digest(...), $encoded), false);
    }

    /**
     * Makes up for what the server did not take. This node hears of it like all others.
     *
     * @param array<array{0: string, 1: string}> $pairs key and digest of each; none for a purge
     * @throws RedisException
     */
    private function settle(string $id, bool $local, array $pairs): void {
        $hash = $this->configuration['prefix'] . "h:$id";
        $names = [$this->node->log(), $hash, "$hash:t"];
        $first = [$local ? '1' : '0', $id];
        if ($pairs === []) {
            $this->connection->script('purge', $names, $first);
        }
        $events = array_filter($pairs, fn (array $pair) => $pair[1] === undelivered::EVENT);
        foreach ($events as [$event]) {
            // What the event was about is known no more: whoever listens to it drops all. cache::get_purge_token() has this form.
            $all = ['purged' => sprintf('%.4F-%s', microtime(true), uniqid('', true))];
            $this->connection->script('write', $names, [...$first, 0, $event, codec::encode($all, $this->configuration['compressfrom'])]);
        }
        foreach (array_chunk(array_diff_key($pairs, $events), self::SETTLED_AT_ONCE) as $some) {
            $this->connection->script('settle', $names, [...$first, ...array_merge(...$some)]);
        }
        $this->node->revalidate();
    }

    /** @return array{0: string, 1: string, 2: string} the log, the hash of this definition, and the times of its values */
    private function names(): array {
        $hash = $this->configuration['prefix'] . "h:$this->id";
        return [$this->node->log(), $hash, "$hash:t"];
    }
}
