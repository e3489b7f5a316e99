<?php
namespace moodle_image;

/** Gives Moodle the cache configuration of the image ($CFG->alternative_cache_factory_class). */
class cache_factory extends \core_cache\factory {
    public function __construct() {
        parent::__construct();
        if (defined('CACHE_DISABLE_STORES') && CACHE_DISABLE_STORES !== false) {
            $this->set_state(self::STATE_STORES_DISABLED);
        }
    }

    public function create_config_instance($writer = false) {
        $class = $writer ? cache_config_writer::class : cache_config::class;
        if (!isset($this->configs[$class])) {
            $this->configs[$class] = new $class();
            $this->configs[$class]->load();
        }
        $this->set_state(self::STATE_READY);
        return $this->configs[$class];
    }

    public static function get_disabled_writer(): \core_cache\config_writer {
        return new cache_config_writer();
    }
}
