<?php
// Works for some seconds, in steps, as a page that waits for its database would.
for ($left = (float) ($_GET['seconds'] ?? 1) * 10; $left > 0; $left--) {
    usleep(100_000);
}
echo 'finished';
