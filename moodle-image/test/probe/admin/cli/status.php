<?php
// Ends with the status that it is given, and prints the arguments.
echo implode(' ', array_slice($argv, 1)), "\n";
exit((int) ($argv[1] ?? 0));
