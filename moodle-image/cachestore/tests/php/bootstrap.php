<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

// Runs Moodle's test case for cache stores with Debian's phpunit, where Moodle's own set-up (Composer's vendor folder) is absent:
//   MOODLE_DIR=<installed Moodle> TEST_CACHESTORE_TIERED_TESTSERVER=127.0.0.1:6379 phpunit --bootstrap bootstrap.php store_test.php
// Moodle's advanced_testcase resets a test database after each test; cache stores do not use one, so a plain test case stands in.
define('CLI_SCRIPT', true);
require getenv('MOODLE_DIR') . '/config.php';
define('TEST_CACHESTORE_TIERED_TESTSERVER', getenv('TEST_CACHESTORE_TIERED_TESTSERVER'));

abstract class advanced_testcase extends PHPUnit\Framework\TestCase {
}
