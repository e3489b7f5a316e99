<?php
namespace moodle_image;

require_once __DIR__ . '/cache_config.php';

/**
 * Moodle asks for a writer during install, upgrade and on its cache page. Definitions are kept for the rest of that request;
 * nothing is written, because the next container would not have it.
 */
class cache_config_writer extends \core_cache\config_writer {
    use cache_mapping;

    protected function config_save() {
    }

    public static function create_default_configuration($forcesave = false) {
        return true;
    }
}
