<?php
// Says what a page of Moodle would see.
require __DIR__ . '/../config.php';
header('Content-Type: application/json');
$ini = static fn (string ...$names): array => array_combine($names, array_map(ini_get(...), $names));
echo json_encode([
    'script' => $_SERVER['SCRIPT_NAME'],
    'path_info' => $_SERVER['PATH_INFO'] ?? '',
    'remote' => $_SERVER['REMOTE_ADDR'],
    'client_ip_header' => $_SERVER['HTTP_CLIENT_IP'] ?? '',
    'forwarded' => $_SERVER['HTTP_X_FORWARDED_FOR'] ?? '',
    'proxy_header' => $_SERVER['HTTP_PROXY'] ?? '',
    'host' => $_SERVER['HTTP_HOST'] ?? '',
    'user' => posix_getuid() . ':' . posix_getgid(),
    'opcache' => opcache_get_status(false)['opcache_enabled'] ?? false,
    'apcu' => apcu_enabled(),
    'extensions' => array_map(strtolower(...), get_loaded_extensions()),
    'ini' => $ini('upload_max_filesize', 'post_max_size', 'max_execution_time', 'max_input_vars', 'memory_limit', 'display_errors', 'expose_php',
        'opcache.enable', 'openssl.cafile', 'apc.shm_size', 'apc.entries_hint', 'apc.serializer', 'sendmail_path'),
    'cfg' => $CFG,
]);
