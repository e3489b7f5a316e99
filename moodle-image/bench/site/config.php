<?php
// Moodle's configuration in a benchmark: what differs between the sides comes from the environment of the php-fpm pool.
unset($CFG);
global $CFG;
$CFG = new stdClass();
$bench = json_decode(file_get_contents(getenv('MOODLE_BENCH_SIDE')), true);
$CFG->dbtype = 'mariadb';
$CFG->dblibrary = 'native';
$CFG->dbhost = '127.0.0.1';
$CFG->dbname = 'moodle';
$CFG->dbuser = 'moodle';
$CFG->dbpass = 'moodle';
$CFG->prefix = 'mdl_';
$CFG->dboptions = ['dbport' => $bench['database'], 'dbcollation' => 'utf8mb4_unicode_ci', 'dbpersist' => $bench['persist'] ?? false];
$CFG->wwwroot = $bench['wwwroot'];
$CFG->dataroot = $bench['dataroot'];
$CFG->localcachedir = $bench['localcache'];
$CFG->directorypermissions = 02770;
$CFG->admin = 'admin';
$CFG->debug = 0;
$CFG->cronclionly = true;
$CFG->routerconfigured = true;
$CFG->noemailever = true;
if ($bench['sessions'] !== null) {
    $CFG->session_handler_class = $bench['sessions'];
    $CFG->session_redis_host = '127.0.0.1';
    $CFG->session_redis_port = $bench['sessionport'];
    $CFG->session_redis_prefix = 'session';
    $CFG->session_redis_serializer_use_igbinary = true;
}
if ($bench['caches'] !== null) {
    $CFG->altcacheconfigpath = $bench['caches'];
}
if ($bench['pictures'] !== null) {
    require_once $bench['pictures'];
}
require_once __DIR__ . '/lib/setup.php';
