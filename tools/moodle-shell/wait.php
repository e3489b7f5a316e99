<?php
// Keeps a task of its own for as many minutes, so that somebody can open a shell in it (make moodle-shell).
sleep(60 * (int) $argv[1]);
