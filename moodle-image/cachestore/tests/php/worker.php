<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

// One request of the consistency test: does the operations that it is sent, with one store per definition, and says what came out.
require __DIR__ . '/stub.php';

$request = json_decode(PHP_SAPI === 'cli' ? stream_get_contents(STDIN) : file_get_contents('php://input'), true);
$CFG = (object) ['dataroot' => $request['configuration']['dataroot'] ?? $request['dataroot'] ?? ''];
$_SERVER['SCRIPT_NAME'] = '/page-' . ($request['page'] ?? '1') . '.php';
$USER = (object) ['id' => $request['user'] ?? 0];
$stores = [];
$store_of = function (string $definition) use (&$stores, $request) {
    if (!isset($stores[$definition])) {
        $stores[$definition] = new cachestore_tiered('test', $request['configuration']);
        $stores[$definition]->initialise(new core_cache\definition($definition, str_starts_with($definition, 'ttl') ? 60 : 0));
    }
    return $stores[$definition];
};
$results = [];
foreach ($request['operations'] as [$operation, $definition, $arguments]) {
    $store = $store_of($definition);
    $results[] = match ($operation) {
        // A value with an object and with what several encodings must keep.
        'set' => $store->set($arguments[0], ['value' => $arguments[1], 'object' => (object) ['a' => [1.5, null, true]], 'text' => str_repeat('x', $arguments[1] % 3000)]),
        'set_many' => $store->set_many(array_map(fn ($pair) => ['key' => $pair[0], 'value' => ['value' => $pair[1]]], $arguments)),
        'set_version' => $store->set($arguments[0], new core_cache\version_wrapper(['value' => $arguments[1]], $arguments[1])),
        'set_raw' => $store->set($arguments[0], $arguments[1]),
        'get_raw' => $store->get($arguments[0]),
        'get' => ($store->get($arguments[0]) ?: [])['value'] ?? null,
        'get_event' => array_keys($store->get($arguments[0]) ?: []),
        'get_version' => $store->get($arguments[0])->version ?? null,
        'get_many' => array_map(fn ($value) => $value === false ? null : $value['value'], $store->get_many($arguments)),
        'has' => $store->has($arguments[0]),
        'find_all' => count($store->find_all()),
        'null' => [$store->set($arguments[0], null), $store->get($arguments[0]), $store->has($arguments[0])],
        'is_null' => $store->get($arguments[0]) === null,
        'delete' => $store->delete($arguments[0]),
        'delete_many' => $store->delete_many($arguments),
        'purge' => $store->purge(),
        'ready' => $store->is_ready(),
        'lock' => $store->acquire_lock($arguments[0], $arguments[1]),
        'unlock' => $store->release_lock($arguments[0], $arguments[1]),
        // Read, add one, write: only right if the lock keeps others out and the read is not an old one.
        'increment' => (function () use ($store_of, $definition, $arguments) {
            $owner = bin2hex(random_bytes(4));
            $store = $store_of($definition);
            $before = ($store->get($arguments[0]) ?: [])['value'] ?? 0;
            $store->acquire_lock($arguments[0], $owner);
            $before = ($store->get($arguments[0]) ?: [])['value'] ?? 0;
            $store->set($arguments[0], ['value' => $before + 1]);
            return $store->release_lock($arguments[0], $owner);
        })(),
        // A child that stores an old value after another child of the node has heard of the change; then one that is stopped half way.
        'race' => (function () use ($store, $arguments) {
            $node = (new ReflectionProperty($store, 'node'))->getValue($store);
            $of = fn (string $property) => (new ReflectionProperty($node, $property))->getValue($node);
            $store->get('other');
            $id = (new ReflectionProperty($store, 'id'))->getValue($store);
            (new ReflectionMethod($node, 'heard'))->invoke($node, $of('epoch'), "$id/$arguments[0]", $of('stamp') + 1);
            $node->keep($id, $arguments[0], [['value' => 'old']], 60);
            $name = (new ReflectionMethod($node, 'name'))->invoke($node, $of('epoch'), "v$id/$arguments[0]");
            $kept = apcu_exists($name);
            apcu_store($name, [$of('stamp'), ['value' => 'old']]);
            return $kept;
        })(),
        'clear_node' => apcu_clear_cache(),
        'sleep' => usleep($arguments[0]),
        // Until the test says so, by a file.
        'await' => (function () use ($CFG, $arguments) {
            while (!is_file("$CFG->dataroot/$arguments[0]")) {
                usleep(5000);
            }
        })(),
    };
}
header('Content-Type: application/json');
echo json_encode($results);
