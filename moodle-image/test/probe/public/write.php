<?php
// Tries to write where code and system files are, and where it may.
header('Content-Type: application/json');
$try = static fn (string $folder): bool => @file_put_contents("$folder/probe-write", 'x') !== false;
echo json_encode(array_map($try, ['code' => '/var/www/moodle/public', 'image' => '/opt/moodle', 'etc' => '/etc', 'root' => '/', 'usr' => '/usr/local/bin',
    'tmp' => '/tmp', 'run' => '/run/moodle', 'cache' => '/var/cache/moodle', 'data' => '/var/moodledata']));
