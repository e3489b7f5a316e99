<?php
// How long a request and what it asks may wait, in seconds: all of it follows from MOODLE_REQUEST_TIMEOUT_SECONDS, and the rest has its
// reason here. Each layer waits longer than the one behind it, so that the one that knows why says so; the process ends last, whatever
// it waits for. docs/timeouts.md explains the whole way, from the browser to the database.

namespace moodle_image;

/** @return array<string, int> seconds */
function times(int $request): array {
    return [
        // PHP's own work; its clock stands still while it waits (https://www.php.net/manual/en/info.configuration.php#ini.max-execution-time).
        'work' => $request,
        // One answer of the database: then Moodle's page says that it could not read. Not on the command line, where an upgrade changes
        // tables for hours.
        'database' => $request,
        // A stream of PHP that waits for a byte: SOAP, an older plugin. PHP's own default is 60.
        'stream' => min(60, $request),
        // A directory (LDAP) has 5 s to take the connection and half the request to answer.
        'directory' => max(5, intdiv($request, 2)),
        // Another page of the same user, or of the same cache entry: then Moodle's page says so.
        'lock' => $request,
        // nginx ends the visitor's wait with 504.
        'answer' => $request + 5,
        // The process ends, whatever it waits for: a web service, a mail server (PHPMailer waits 300 s, and Moodle has no setting for it), a
        // lock. php-fpm looks once a second (php-fpm.conf.template).
        'process' => $request + 6,
        // A lock outlives the longest process, and no more: whoever was killed with it must not lock the user out for an exam.
        'lock_life' => $request + 10,
        // No request was taken from the queue while all processes were busy, though the longest has ended by then: the task is stuck.
        'stuck' => $request + 15,
        // Longer than the load balancer's idle time-out, or it would use a connection that is being closed.
        'keepalive' => $request + 75,
    ];
}
