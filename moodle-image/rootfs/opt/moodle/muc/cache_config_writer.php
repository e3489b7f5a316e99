<?php
// cspell:ignore fixedbyimage sharingoption userinputsharingkey
namespace moodle_image;

require_once __DIR__ . '/cache_config.php';

/**
 * Moodle asks for a writer during install, upgrade and on its cache page. Definitions are kept for the rest of that request;
 * nothing is written, because the next container would not have it. What an administrator wants to change there is refused in words:
 * Moodle would say that it was done.
 */
class cache_config_writer extends \core_cache\config_writer {
    use cache_mapping;

    protected function config_save() {
    }

    public static function create_default_configuration($forcesave = false) {
        return true;
    }

    public function add_store_instance($name, $plugin, array $configuration = []) {
        self::refuse();
    }

    public function edit_store_instance($name, $plugin, $configuration) {
        self::refuse();
    }

    public function delete_store_instance($name) {
        self::refuse();
    }

    public function set_mode_mappings(array $modemappings) {
        self::refuse();
    }

    public function set_definition_mappings($definition, $mappings) {
        self::refuse();
    }

    public function set_definition_sharing($definition, $sharingoption, $userinputsharingkey = null) {
        self::refuse();
    }

    public function add_lock_instance($name, $plugin, $configuration = []) {
        self::refuse();
    }

    public function delete_lock_instance($name) {
        self::refuse();
    }

    /** @throws \moodle_exception always */
    private static function refuse(): never {
        throw new \moodle_exception('fixedbyimage', 'cachestore_tiered');
    }
}
