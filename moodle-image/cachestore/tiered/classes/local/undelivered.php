<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

namespace cachestore_tiered\local;

/**
 * Deletions and purges that no server took, while the database had the change already: the server may come back with its old values.
 * Each leaves a note, and the first contact afterwards purges the definitions that have one. Notes are files on the shared storage,
 * since the process that wrote one may end: the node's own flag makes its next request look, and each run of the command line looks.
 */
final class undelivered {
    /** @var array<string, true> prefixes that this request has looked after */
    private static array $looked = [];

    /** @param bool $local whether nodes keep values of this definition */
    public static function note(string $prefix, string $definition, bool $local): void {
        unset(self::$looked[$prefix]);
        $folder = self::folder($prefix);
        if ($folder !== '' && (is_dir($folder) || @mkdir($folder, 0770, true) || is_dir($folder))) {
            @touch("$folder/$definition-" . ($local ? '1' : '0'));
        }
        if (node::available()) {
            apcu_store(self::flag($prefix), true);
        }
    }

    /**
     * Makes up for them, once per request.
     *
     * @param callable $purge called with a definition, and whether nodes keep its values
     * @throws \RedisException when the server is away again; the notes stay
     */
    public static function make_up(string $prefix, callable $purge): void {
        if (isset(self::$looked[$prefix])) {
            return;
        }
        self::$looked[$prefix] = true;
        if (node::available() && !apcu_exists(self::flag($prefix))) {
            return;
        }
        $folder = self::folder($prefix);
        foreach ($folder === '' ? [] : (@scandir($folder) ?: []) as $note) {
            if (preg_match('/^([0-9a-f]+)-([01])$/', $note, $found)) {
                // A note that comes meanwhile is taken with this one, whose purge is the later.
                @unlink("$folder/$note");
                try {
                    $purge($found[1], $found[2] === '1');
                } catch (\RedisException $exception) {
                    self::note($prefix, $found[1], $found[2] === '1');
                    self::$looked[$prefix] = true;
                    throw $exception;
                }
            }
        }
        if (node::available()) {
            apcu_delete(self::flag($prefix));
        }
    }

    private static function folder(string $prefix): string {
        global $CFG;
        return empty($CFG->dataroot) ? '' : "$CFG->dataroot/cachestore_tiered/" . md5($prefix);
    }

    private static function flag(string $prefix): string {
        return "cachestore_tiered undelivered $prefix";
    }
}
