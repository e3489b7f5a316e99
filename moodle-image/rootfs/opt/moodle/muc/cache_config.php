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

/** @return array<string, mixed> */
function image_configuration(): array {
    $mapping = require __DIR__ . '/mapping.php';
    $definitions = require '/opt/moodle/baked/definitions.php';
    $env = static fn (string $name, string $default = ''): string => getenv($name) !== false && getenv($name) !== '' ? getenv($name) : $default;
    $environment = $env('MOODLE_ENVIRONMENT');

    $stores = [];
    $add = static function (string $name, string $plugin, array $configuration, bool $default = false) use (&$stores): void {
        $class = "cachestore_$plugin";
        if (!class_exists($class)) {
            require_once $GLOBALS['CFG']->dirroot . "/cache/stores/$plugin/lib.php";
        }
        $stores[$name] = ['name' => $name, 'plugin' => $plugin, 'configuration' => $configuration, 'default' => $default,
            'features' => $class::get_supported_features($configuration), 'modes' => $class::get_supported_modes($configuration)];
    };
    $add('default_application', 'file', [], true);
    $add('default_session', 'session', [], true);
    $add('default_request', 'static', [], true);
    $add('near', 'apcu', ['prefix' => "$environment-"]);
    $add('disk', 'file', ['path' => $GLOBALS['CFG']->localcachedir . '/muc', 'autocreate' => true]);
    $add('shared', 'redis', [
        'server' => $env('MOODLE_CACHE_REDIS_HOST') . ':' . $env('MOODLE_CACHE_REDIS_PORT', '6379'),
        'password' => $env('MOODLE_CACHE_REDIS_AUTH'),
        'prefix' => "$environment-",
        'encryption' => $env('MOODLE_REDIS_TLS', '1') === '1',
        'cafile' => $env('MOODLE_REDIS_TLS', '1') === '1' ? $env('MOODLE_CA_FILE', '/opt/moodle/certificates/bundle.pem') : '',
        'serializer' => \Redis::SERIALIZER_IGBINARY,
        // 2 is COMPRESSOR_PHP_ZSTD, 1 is COMPRESSOR_PHP_GZIP of cachestore_redis; Debian has the zstd extension from PHP 8.4 on.
        'compressor' => function_exists('zstd_compress') ? 2 : 1,
        'connectiontimeout' => 3,
    ]);

    $mappings = [];
    foreach ($definitions as $id => $definition) {
        if ($definition['mode'] !== \core_cache\store::MODE_APPLICATION) {
            continue;
        }
        $rule = $mapping['definitions'][$id] ?? $mapping[($definition['canuselocalstore'] ?? false) ? 'local' : 'application'];
        foreach ($rule['stores'] as $position => $store) {
            // The store with the highest sort comes first.
            $mappings[] = ['definition' => $id, 'store' => $store, 'sort' => count($rule['stores']) - $position];
        }
    }

    return [
        // Part of every key: two environments never read each other's values.
        'siteidentifier' => md5($env('MOODLE_WWWROOT') . $environment),
        'stores' => $stores,
        'definitions' => $definitions,
        'definitionmappings' => $mappings,
        'modemappings' => [
            ['mode' => \core_cache\store::MODE_APPLICATION, 'store' => 'shared', 'sort' => -1],
            ['mode' => \core_cache\store::MODE_SESSION, 'store' => 'default_session', 'sort' => -1],
            ['mode' => \core_cache\store::MODE_REQUEST, 'store' => 'default_request', 'sort' => -1],
        ],
        'locks' => ['cachelock_file_default' => ['name' => 'cachelock_file_default', 'type' => 'cachelock_file', 'dir' => 'filelocks', 'default' => true]],
    ];
}

/** The cache configuration of the image, for reading. */
class cache_config extends \core_cache\config {
    use cache_mapping;
}
