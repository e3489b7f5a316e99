<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

namespace cachestore_tiered\local;

/** Values to bytes and back: two letters say how, so that a value outlives a change of settings or extensions. */
final class codec {
    /** Below this a compressor's header and CPU cost more than it saves: bytes, before compression. */
    public const COMPRESS_FROM = 1024;

    /** 1 and 3 are the fast and the usual level: more is paid on every write and saves a few per cent. */
    private const GZIP_LEVEL = 1;
    private const ZSTD_LEVEL = 3;

    private static ?bool $igbinary = null;
    private static ?bool $zstd = null;

    public static function encode(mixed $value, int $compressfrom): string {
        self::$igbinary ??= function_exists('igbinary_serialize');
        self::$zstd ??= function_exists('zstd_compress');
        if (is_int($value)) {
            return "n-$value";
        }
        [$how, $bytes] = match (true) {
            is_string($value) => ['s', $value],
            self::$igbinary => ['i', igbinary_serialize($value)],
            default => ['p', serialize($value)],
        };
        if (strlen($bytes) < $compressfrom) {
            return "$how-$bytes";
        }
        return self::$zstd ? $how . 'z' . zstd_compress($bytes, self::ZSTD_LEVEL) : $how . 'g' . gzdeflate($bytes, self::GZIP_LEVEL);
    }

    /** @return array{0: bool, 1?: mixed} whether the bytes could be read, and the value */
    public static function decode(string $bytes): array {
        $body = substr($bytes, 2);
        $body = match ($bytes[1] ?? '') {
            '-' => $body,
            'z' => function_exists('zstd_uncompress') ? @zstd_uncompress($body) : false,
            'g' => @gzinflate($body),
            default => false,
        };
        if ($body === false) {
            return [false];
        }
        return match ($bytes[0]) {
            'n' => [true, (int) $body],
            's' => [true, $body],
            'i' => function_exists('igbinary_unserialize') ? [true, igbinary_unserialize($body)] : [false],
            'p' => [true, unserialize($body)],
            default => [false],
        };
    }
}
