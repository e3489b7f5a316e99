<?php
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
// published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version. It comes
// without any warranty; see <http://www.gnu.org/licenses/>.
// SPDX-License-Identifier: GPL-3.0-or-later

namespace cachestore_tiered\privacy;

/** Nothing of its own is stored. */
class provider implements \core_privacy\local\metadata\null_provider {
    public static function get_reason(): string {
        return 'privacy:metadata';
    }
}
