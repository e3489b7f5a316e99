<?php
// Writes the cache configuration of one side: caches.php <moodle> <redis|apcu|tiered> <folder> <port of the cache server>
define('CLI_SCRIPT', true);
require $argv[1] . '/config.php';
[, , $kind, $folder, $port] = $argv;
require_once __DIR__ . '/../../cachestore/configuration.php';

$definitions = core_cache\config::instance()->get_definitions();
if ($kind === 'tiered') {
    $mapping = json_decode(file_get_contents(__DIR__ . '/../../cachestore/mapping.json'), true, 16, JSON_THROW_ON_ERROR);
    $configuration = cachestore_tiered\configuration($definitions, $mapping, ['server' => "127.0.0.1:$port", 'prefix' => 'tiered:'], 'bench');
} else {
    // Moodle's own stores: everything in Redis, or APCu in front of it for what Moodle marks canuselocalstore.
    require_once $CFG->dirroot . '/cache/stores/redis/lib.php';
    $zstd = function_exists('zstd_compress');
    $mapping = ['stores' => [], 'definitions' => [], 'default' => ['store' => 'shared']];
    $redis = ['server' => "127.0.0.1:$port", 'prefix' => "$kind:"] + ($kind === 'redis'
        ? ['serializer' => Redis::SERIALIZER_PHP, 'compressor' => cachestore_redis::COMPRESSOR_NONE]
        : ['serializer' => Redis::SERIALIZER_IGBINARY, 'compressor' => $zstd ? cachestore_redis::COMPRESSOR_PHP_ZSTD : cachestore_redis::COMPRESSOR_PHP_GZIP]);
    $mapping['stores'] = ['shared' => ['plugin' => 'redis'] + $redis, 'near' => ['plugin' => 'apcu']];
    $configuration = cachestore_tiered\configuration($definitions, $mapping, ['prefix' => "$kind:"], 'bench');
    if ($kind === 'apcu') {
        foreach ($configuration['definitionmappings'] as $mapped) {
            if ($definitions[$mapped['definition']]['canuselocalstore'] ?? false) {
                $configuration['definitionmappings'][] = ['definition' => $mapped['definition'], 'store' => 'near', 'sort' => 2];
            }
        }
    }
}
file_put_contents("$folder/cacheconfig.php", '<?php $configuration = ' . var_export($configuration, true) . ";\n");
