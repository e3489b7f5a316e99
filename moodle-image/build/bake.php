<?php
// Writes what Moodle derives from its files alone, so that no node has to derive it at start:
//  - the component cache ($CFG->alternative_component_cache): one file instead of a scan of thousands of folders;
//  - every cache definition, which the cache mapping of /opt/moodle/muc needs.
define('CLI_SCRIPT', true);
define('ABORT_AFTER_CONFIG', true);  // No database, no settings: only Moodle's class loader.
define('CACHE_DISABLE_ALL', true);
define('IGNORE_COMPONENT_CACHE', true);

foreach (['MOODLE_ENVIRONMENT' => 'build', 'MOODLE_WWWROOT' => 'https://build.invalid', 'MOODLE_DB_TYPE' => 'auroramysql'] as $name => $value) {
    putenv("$name=$value");
}
require '/var/www/moodle/config.php';
// Moodle has switched this off again; a build must say why it failed.
error_reporting(E_ALL);
ini_set('display_errors', 'stderr');
// Definitions use its constants (MINSECS, DAYSECS).
require_once $CFG->libdir . '/setuplib.php';
require_once $CFG->libdir . '/moodlelib.php';

$files = ['core' => $CFG->dirroot . '/lib/db/caches.php'];
foreach (array_keys(core_component::get_plugin_types()) as $type) {
    foreach (core_component::get_plugin_list_with_file($type, 'db/caches.php') as $plugin => $file) {
        $files["{$type}_{$plugin}"] = $file;
    }
}
$all = [];
foreach ($files as $component => $file) {
    $definitions = [];
    include($file);
    foreach ($definitions as $area => $definition) {
        $all["$component/$area"] = ['component' => $component, 'area' => $area] + $definition;
    }
}

file_put_contents('/opt/moodle/baked/components.php', core_component::get_cache_content());
file_put_contents('/opt/moodle/baked/definitions.php', "<?php\nreturn " . var_export($all, true) . ";\n");
echo count($all), " cache definitions\n";
