<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

namespace cachestore_tiered;

defined('MOODLE_INTERNAL') || die();

global $CFG;
require_once($CFG->dirroot . '/cache/tests/fixtures/stores.php');
require_once($CFG->dirroot . '/cache/stores/tiered/lib.php');

/**
 * Moodle's own tests for cache stores, run on this one.
 *
 * @covers \cachestore_tiered
 */
final class store_test extends \cachestore_tests {
    protected function get_class_name() {
        return 'cachestore_tiered';
    }
}
