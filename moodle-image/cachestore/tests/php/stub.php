<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

// As much of Moodle as the store touches, so that its consistency can be tested without one.
namespace core_cache {
    interface key_aware_cache_interface {
    }
    interface lockable_cache_interface {
    }
    interface searchable_cache_interface {
    }
    abstract class store {
        const MODE_APPLICATION = 1;
        const MODE_SESSION = 2;
        const MODE_REQUEST = 4;
        const SUPPORTS_DATA_GUARANTEE = 2;
        const DEREFERENCES_OBJECTS = 8;
        const IS_SEARCHABLE = 16;
        abstract public function __construct($name, array $configuration = []);
    }
    class definition {
        public function __construct(private readonly string $id, private readonly int $ttl) {
        }
        public function generate_definition_hash(): string {
            return md5($this->id);
        }
        public function get_ttl(): int {
            return $this->ttl;
        }
        public function get_id(): string {
            return $this->id;
        }
        public function has_invalidation_events(): bool {
            return str_starts_with($this->id, 'listening');
        }
    }
    class helper {
        public static function hash_key(string $key, definition $definition): string {
            return $key;
        }
    }
    class ttl_wrapper {
        public function __construct(public mixed $data, public int $ttl) {
        }
    }
    class version_wrapper {
        public function __construct(public mixed $data, public int $version) {
        }
    }
}

namespace core\exception {
    class moodle_exception extends \Exception {
        public function __construct(string $code, string $module, string $link, string $detail) {
            parent::__construct("$module/$code: $detail");
        }
    }
}

namespace {
    define('MOODLE_INTERNAL', true);
    class core_shutdown_manager {
        public static function register_function(callable $call, array $arguments = []): void {
            register_shutdown_function($call, ...$arguments);
        }
    }
    require __DIR__ . '/../../tiered/lib.php';
}
