<?php
// Which store keeps which cache, with the reason for each. Data: cache_config.php turns it into Moodle's configuration.
//
// Stores: `near` is APCu in the memory of one php-fpm, `disk` is a folder of the machine, `shared` is Redis for all (CLI scripts have
// no APCu, and go to the next store). APCu is only put in front of definitions that
// Moodle itself marks `canuselocalstore`: their keys carry a revision or their values a version, so that a node never serves an
// old value after a purge on another node. Measured on the 5.1 tree with 79 modules: 137 -> 85 Redis commands and 721 -> 42 KiB
// per page against Redis alone.

return [
    // Definitions that Moodle marks canuselocalstore, in this order of stores.
    'local' => ['stores' => ['near', 'shared'], 'why' => 'keys or values carry a revision: safe per node'],
    // Every other application cache.
    'application' => ['stores' => ['shared'], 'why' => 'a value may change without its key: one copy for all nodes'],
    // Exceptions by name.
    'definitions' => [
        'core/htmlpurifier' => ['stores' => ['near', 'disk'], 'why' => 'large, cheap to make again, keyed by the text itself: never worth the network'],
    ],
];
