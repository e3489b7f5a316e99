<?php
// What Moodle's router logs of a request that ended with an exception, as lib/errors.php does of all others. In the place of
// Slim's own class: https://github.com/slimphp/Slim/blob/4.x/Slim/Logger.php

namespace Slim;

use moodle_image\Failure;

class Logger extends \Psr\Log\AbstractLogger {
    /**
     * @param mixed $level
     * @param string|\Stringable $message the status and its name, then a line for each of Type, Code, Message, File and Line
     * @param array<mixed> $context
     */
    public function log($level, $message, array $context = []): void {
        $field = static fn (string $name): string => preg_match("/^$name: (.*)$/m", (string) $message, $found) ? trim($found[1]) : '';
        // An address that does not exist is in nginx's line already.
        if (is_a($field('Type'), Exception\HttpSpecializedException::class, true) && (int) $field('Code') < 500) {
            return;
        }
        Failure::note('error', 'exception', ['exception' => $field('Type'), 'code' => $field('Code'), 'message' => \moodle_image\shortened($field('Message')),
            'at' => \moodle_image\place($field('File'), (int) $field('Line')), 'trace' => []]);
    }
}
