<?php
// cspell:ignore fixedbyimage
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

defined('MOODLE_INTERNAL') || die();

$string['fixedbyimage'] = 'Nothing was changed: the caches of this site are part of its image, the same on each server. Change moodle-image/cachestore/mapping.json, build the image and release it.';
$string['pluginname'] = 'Node memory in front of shared Redis';
$string['privacy:metadata'] = 'Keeps what other plugins cache, for as long as they cache it, and nothing of its own.';
$string['unreachable'] = 'The shared cache did not accept an invalidation: {$a}';
