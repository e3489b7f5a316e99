<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

namespace cachestore_tiered\local;

/**
 * Changes that no server took, while the database had them already: the server may come back with its old values. Each leaves a note,
 * and the first contact afterwards settles it. A note of a written value has its digest: what the server holds is dropped only if it is
 * another value, so that a cut in which nothing changed costs no value of the cache.
 *
 * Notes are lines in files on the shared storage, since the process that wrote one may end: one file per node, or per run of the command
 * line. The node's own flag makes its next request look, and each run of the command line looks.
 */
final class undelivered {
    /** In the place of a digest: the key was deleted, and goes whatever its value is. */
    public const DELETED = '-';
    /** In the place of a digest: an event of core/eventinvalidation, which is made up for by "all of it, now". */
    public const EVENT = '!';
    /** In the place of a digest, without a key: the definition was purged. */
    public const PURGED = '*';
    /** Bytes of one file, about 10,000 keys. Beyond it a definition is noted as purged: dearer to make up for, and never wrong. */
    private const MOST = 1 << 20;
    /** Notes that a process keeps until its end. */
    private const PENDING = 2000;

    /** @var array<string, true> prefixes that this request has looked after */
    private static array $looked = [];
    /** @var array<string, array<string, true>> lines to be written at the end of the request, by prefix */
    private static array $pending = [];
    /** @var array<string, string> file of this run of the command line, by prefix */
    private static array $files = [];
    /** @var array<string, true> lines in that file */
    private static array $written = [];
    private static bool $ending = false;

    public static function digest(string $encoded): string {
        return substr(sha1($encoded), 0, 16);
    }

    /**
     * @param bool $local whether nodes keep values of this definition
     * @param array<string, string> $keys digest, DELETED or EVENT of each key; PURGED of '' for all of them
     * @param bool $now written before this returns. Otherwise at the end of the request, with all others of it
     * @return bool false if $now, and it could not be written
     */
    public static function note(string $prefix, string $definition, bool $local, array $keys, bool $now): bool {
        $start = "$definition " . ($local ? '1' : '0');
        $lines = [];
        foreach ($keys as $key => $digest) {
            $lines["$start $digest " . rawurlencode((string) $key)] = true;
        }
        if ($now || self::$ending) {
            return self::write($prefix, $lines);
        }
        if (self::$pending === []) {
            \core_shutdown_manager::register_function([self::class, 'end']);
        }
        self::$pending[$prefix] = (self::$pending[$prefix] ?? []) + $lines;
        if (count(self::$pending[$prefix]) > self::PENDING) {
            self::write($prefix, self::$pending[$prefix]);
            self::$pending[$prefix] = [];
        }
        return true;
    }

    /** @internal at the end of the request */
    public static function end(): void {
        self::$ending = true;
        foreach (self::$pending as $prefix => $lines) {
            self::write($prefix, $lines);
        }
        self::$pending = [];
    }

    /**
     * Makes up for them, once per request.
     *
     * @param callable $reach fails with a RedisException while the server is away, before any file is taken
     * @param callable $settle called with a definition, whether nodes keep its values, and pairs of key and digest; [] for a purge
     * @throws \RedisException when the server is away again; the notes stay
     */
    public static function make_up(string $prefix, callable $reach, callable $settle): void {
        if (isset(self::$looked[$prefix])) {
            return;
        }
        self::$looked[$prefix] = true;
        $flag = node::available() ? apcu_fetch(self::flag($prefix)) : 0;
        if ($flag === false) {
            return;
        }
        $folder = self::folder($prefix);
        $names = $folder === '' ? [] : preg_grep('/^[0-9a-f]{16}\b/', @scandir($folder) ?: []);
        if ($names !== []) {
            $reach();
        }
        foreach ($names as $name) {
            // The writer begins another file. One that was left by a process which died here is settled once more: that does no harm.
            $taken = str_ends_with($name, '.taken') ? $name : "$name." . bin2hex(random_bytes(4)) . '.taken';
            if ($taken !== $name && !@rename("$folder/$name", "$folder/$taken")) {
                continue;
            }
            foreach (self::read("$folder/$taken") as [$definition, $local, $pairs]) {
                $settle($definition, $local, $pairs);
            }
            @unlink("$folder/$taken");
        }
        if (node::available() && apcu_fetch(self::flag($prefix)) === $flag) {
            apcu_delete(self::flag($prefix));
        }
    }

    /** @param array<string, true> $lines */
    private static function write(string $prefix, array $lines): bool {
        unset(self::$looked[$prefix]);
        $folder = self::folder($prefix);
        if ($lines === [] || $folder === '' || !(is_dir($folder) || @mkdir($folder, 0770, true) || is_dir($folder))) {
            return $lines === [];
        }
        $path = "$folder/" . self::file($prefix);
        for ($try = 0; $try < 10; $try++) {
            $file = @fopen($path, 'ab');
            if ($file === false || !flock($file, LOCK_EX)) {
                return false;
            }
            clearstatcache(true, $path);
            $own = fstat($file);
            $there = @stat($path);
            if ($there === false || $there['ino'] !== $own['ino']) {
                // Taken by another node between opening and locking.
                fclose($file);
                continue;
            }
            $new = self::unwritten($path, array_keys($lines), $own['size']);
            $done = $new === [] || fwrite($file, implode("\n", $new) . "\n") !== false;
            fclose($file);
            if (node::available()) {
                apcu_store(self::flag($prefix), random_int(1, PHP_INT_MAX));
            }
            return $done;
        }
        return false;
    }

    /** @param string[] $lines @return string[] those that are not in the file yet; fewer and wider ones when it is full */
    private static function unwritten(string $path, array $lines, int $size): array {
        $shared = node::available();
        $name = "cachestore_tiered noted $path";
        // What was written into a file that another node has settled since has to be written again.
        $of = $size > 0 && $shared ? apcu_fetch($name) : false;
        if ($of === false) {
            $of = bin2hex(random_bytes(4));
            $shared && apcu_store($name, $of);
            self::$written = $size > 0 ? self::$written : [];
        }
        $new = [];
        foreach ($lines as $line) {
            if ($size > self::MOST && !str_contains($line, ' ' . self::EVENT . ' ')) {
                $line = preg_replace('/^(\S+ [01]) .*$/', '$1 ' . self::PURGED . ' ', $line);
            }
            $known = $shared ? !apcu_add("$name $of " . sha1($line, true), true, node::VALUE_LIFE) : isset(self::$written[$line]);
            self::$written[$line] = !$shared;
            if (!$known) {
                $new[$line] = $line;
            }
        }
        return array_values($new);
    }

    /** @return iterable<array{0: string, 1: bool, 2: array<array{0: string, 1: string}>}> */
    private static function read(string $path): iterable {
        $file = @fopen($path, 'rb');
        if ($file === false) {
            return;
        }
        // A writer that had it open is done.
        flock($file, LOCK_SH);
        $all = [];
        while (($line = fgets($file)) !== false) {
            if (preg_match('/^([0-9a-f]+ [01]) (\S+) (\S*)$/', rtrim($line, "\n"), $found)) {
                $all[$found[1]][] = [rawurldecode($found[3]), $found[2]];
            }
        }
        fclose($file);
        foreach ($all as $of => $pairs) {
            [$definition, $local] = explode(' ', $of);
            if (in_array(self::PURGED, array_column($pairs, 1), true)) {
                yield [$definition, $local === '1', []];
                $pairs = array_values(array_filter($pairs, static fn (array $pair) => $pair[1] === self::EVENT));
            }
            if ($pairs !== []) {
                yield [$definition, $local === '1', $pairs];
            }
        }
    }

    private static function folder(string $prefix): string {
        global $CFG;
        return empty($CFG->dataroot) ? '' : "$CFG->dataroot/cachestore_tiered/" . md5($prefix);
    }

    private static function file(string $prefix): string {
        if (!node::available()) {
            return self::$files[$prefix] ??= bin2hex(random_bytes(8));
        }
        return apcu_entry("cachestore_tiered file $prefix", static fn () => bin2hex(random_bytes(8)));
    }

    private static function flag(string $prefix): string {
        return "cachestore_tiered undelivered $prefix";
    }
}
