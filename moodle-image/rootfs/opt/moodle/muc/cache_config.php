<?php
namespace moodle_image;

/** What both cache configurations share: the arrays that Moodle would otherwise read from moodledata/muc/config.php. */
trait cache_mapping {
    /** The file is part of the image, so Moodle never writes a default one. */
    public static function config_file_exists() {
        return true;
    }

    protected function include_configuration() {
        return image_configuration();
    }
}

/** @return array<string, mixed> mapping.json with the servers of this environment */
function image_configuration(): array {
    require_once __DIR__ . '/configuration.php';
    require_once '/opt/moodle/lib/times.php';
    $env = static fn (string $name, string $default = ''): string => getenv($name) !== false && getenv($name) !== '' ? getenv($name) : $default;
    $environment = $env('MOODLE_ENVIRONMENT');
    $tls = $env('MOODLE_REDIS_TLS', '1') === '1';
    $times = times((int) $env('MOODLE_REQUEST_TIMEOUT_SECONDS', '50'));
    return \cachestore_tiered\configuration(
        require '/opt/moodle/baked/definitions.php',
        json_decode((string) file_get_contents(__DIR__ . '/mapping.json'), true, 16, JSON_THROW_ON_ERROR),
        [
            'server' => $env('MOODLE_CACHE_REDIS_HOST') . ':' . $env('MOODLE_CACHE_REDIS_PORT', '6379'),
            'prefix' => "$environment:",
            'password' => $env('MOODLE_CACHE_REDIS_AUTH'),
            'encryption' => $tls,
            'cafile' => $tls ? $env('MOODLE_CA_FILE', '/opt/moodle/certificates/bundle.pem') : '',
            'connectiontimeout' => 3,
            'lockwait' => $times['lock'],
            'locklife' => $times['lock_life'],
            'report' => 'moodle_image\cache_away',
        ],
        // Part of every key: two environments never read each other's values.
        md5($env('MOODLE_WWWROOT') . $environment),
    );
}

/** The cache configuration of the image, for reading. */
class cache_config extends \core_cache\config {
    use cache_mapping;
}
