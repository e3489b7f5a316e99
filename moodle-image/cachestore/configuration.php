<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

namespace cachestore_tiered;

/**
 * Turns mapping.json into the array that Moodle keeps in its cache configuration file.
 *
 * @param array<string, array<string, mixed>> $definitions all cache definitions, as Moodle finds them (component/area => definition)
 * @param array<string, mixed> $mapping mapping.json, decoded
 * @param array<string, mixed> $redis server, prefix, password, encryption, cafile, connectiontimeout: see the store's constructor
 * @param string $site goes into the keys of caches that do not belong to one server
 * @return array<string, mixed> stores, mappings and locks
 */
function configuration(array $definitions, array $mapping, array $redis, string $site): array {
    $stores = [];
    $add = static function (string $name, string $plugin, array $configuration, bool $default) use (&$stores): void {
        $class = "cachestore_$plugin";
        if (!class_exists($class)) {
            require_once $GLOBALS['CFG']->dirroot . "/cache/stores/$plugin/lib.php";
        }
        $stores[$name] = ['name' => $name, 'plugin' => $plugin, 'configuration' => $configuration, 'default' => $default,
            'features' => $class::get_supported_features($configuration), 'modes' => $class::get_supported_modes($configuration)];
    };
    // Moodle's fallback when a cache's own store is unavailable, as "node" is on the command line. It is on the machine's own disk.
    $add('default_application', 'file', ['path' => $GLOBALS['CFG']->localcachedir . '/muc', 'autocreate' => true], true);
    $add('default_session', 'session', [], true);
    $add('default_request', 'static', [], true);
    foreach ($mapping['stores'] as $name => $store) {
        $own = array_diff_key($store, ['plugin' => 0, 'why' => 0]);
        $add($name, $store['plugin'], $store['plugin'] === 'tiered' ? $own + $redis : $own + ['prefix' => $redis['prefix']], false);
    }

    $refuse = static fn (string $problem) => throw new \InvalidArgumentException("mapping.json: $problem");
    $mappings = [];
    foreach ($definitions as $id => $definition) {
        if ($definition['mode'] !== \core_cache\store::MODE_APPLICATION) {
            // Session caches live in the session, request caches in the request.
            if (isset($mapping['definitions'][$id])) {
                $refuse("$id is not an application cache, so it cannot be mapped; delete the entry");
            }
            continue;
        }
        $store = ($mapping['definitions'][$id] ?? $mapping['default'])['store'];
        if (!isset($mapping['stores'][$store])) {
            $refuse("$id is mapped to \"$store\"; stores are " . implode(', ', array_keys($mapping['stores'])));
        }
        $mappings[] = ['definition' => $id, 'store' => $store, 'sort' => 1];
    }

    return [
        'siteidentifier' => $site,
        'stores' => $stores,
        'definitions' => $definitions,
        'definitionmappings' => $mappings,
        'modemappings' => [
            ['mode' => \core_cache\store::MODE_APPLICATION, 'store' => $mapping['default']['store'], 'sort' => -1],
            ['mode' => \core_cache\store::MODE_SESSION, 'store' => 'default_session', 'sort' => -1],
            ['mode' => \core_cache\store::MODE_REQUEST, 'store' => 'default_request', 'sort' => -1],
        ],
        'locks' => ['cachelock_file_default' =>
            ['name' => 'cachelock_file_default', 'type' => 'cachelock_file', 'dir' => 'filelocks', 'default' => true]],
    ];
}
