<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

defined('MOODLE_INTERNAL') || die();

$plugin->component = 'cachestore_tiered';
$plugin->version = 2026112300;
// 4.5: the first release with the core_cache namespace. https://moodledev.io/general/releases#moodle-45-lts
$plugin->requires = 2024100700;
$plugin->maturity = MATURITY_BETA;
$plugin->release = '1.0';
