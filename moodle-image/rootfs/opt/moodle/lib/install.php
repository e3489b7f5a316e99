<?php
// The role "install": makes the database and its user, then Moodle's tables. It may run any number of times: what exists stays,
// and the database user's password is set to the one of the secret again. `install --reset-administrator` is the way back for an
// administrator who cannot sign in (lib/administrator.php). `install --drop-database-user=<name>` ends a rotation: the user that no task
// has any more goes, and its open connections with it.

namespace moodle_image;

require __DIR__ . '/database.php';

$arguments = array_slice($argv, 1);
if ($arguments === ['--reset-administrator']) {
    exit(script(__DIR__ . '/administrator.php'));
}
$dropped = preg_match('/^--drop-database-user=([a-z0-9_]{1,32})$/', implode(' ', $arguments), $found) ? $found[1] : null;
if ($arguments !== [] && $dropped === null) {
    say('install takes no argument but --reset-administrator and --drop-database-user=<name>');
    exit(64); // EX_USAGE of sysexits.h
}

$name = setting('MOODLE_DB_NAME', 'moodle');
$user = setting('MOODLE_DB_USER');

try {
    $master = connect(setting('MOODLE_DB_MASTER_USER'), setting('MOODLE_DB_MASTER_PASSWORD'), '');
    lock($master);
    if ($dropped !== null) {
        exit(drop_user($master, $dropped));
    }
    $password = $master->real_escape_string(setting('MOODLE_DB_PASSWORD'));
    $account = "'" . $master->real_escape_string($user) . "'@'%'";
    $master->query("CREATE DATABASE IF NOT EXISTS `$name` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
    if ($user !== setting('MOODLE_DB_MASTER_USER')) {
        $master->query("CREATE USER IF NOT EXISTS $account IDENTIFIED BY '$password'");
        $master->query("ALTER USER $account IDENTIFIED BY '$password'");
        // What Moodle's documentation asks for, on its own database and no other: https://docs.moodle.org/501/en/MySQL
        $master->query('GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, CREATE TEMPORARY TABLES, DROP, INDEX, ALTER, LOCK TABLES ON '
            . '`' . str_replace('_', '\\_', $name) . "`.* TO $account"); // _ would stand for any letter here
        connect($user, setting('MOODLE_DB_PASSWORD'), $name)->close(); // Whoever waits for this sends tasks to it next.
    }
    $tables = $master->execute_query('SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?',
        [$name, 'mdl_config'])->fetch_row()[0];
    if ((int) $tables > 0) {
        first_password_is_temporary($master, $name);
    }
} catch (\mysqli_sql_exception $error) {
    say('the database cannot be prepared: ' . $error->getMessage());
    exit(1);
}

if ((int) $tables > 0) {
    say("the database $name has Moodle's tables already: nothing to install");
    exit(0);
}

$status = script('admin/cli/install_database.php', '--agree-license', '--lang=en', '--adminuser=admin',
    '--adminpass=' . setting('MOODLE_ADMIN_PASSWORD'), '--adminemail=' . setting('MOODLE_ADMIN_EMAIL'),
    '--fullname=' . setting('MOODLE_SITE_NAME', 'Moodle'), '--shortname=' . setting('MOODLE_SITE_NAME', 'Moodle'),
    '--supportemail=' . setting('MOODLE_SUPPORT_EMAIL'));
if ($status === 0 && setting('MOODLE_SUPPORT_EMAIL') === '') {
    // Moodle has put the administrator's address there, which is nobody's to write to.
    $status = script('admin/cli/cfg.php', '--name=supportemail', '--set=');
}
if ($status === 0) {
    first_password_is_temporary($master, $name);
}
say($status === 0 ? "Moodle is installed in the database $name" : "the installation ended with status $status");
if ($status === 0) {
    style_sheet();
}
exit($status);

/**
 * Makes Moodle ask for a new password at the administrator's first sign-in, which it does for everybody with this preference
 * (lib/moodlelib.php, require_login). Also on a later run, since an installation may end before it comes to this; but never once
 * the account was used.
 */
function first_password_is_temporary(\mysqli $master, string $name): void {
    $master->query("INSERT IGNORE INTO `$name`.mdl_user_preferences (userid, name, value)
        SELECT id, 'auth_forcepasswordchange', '1' FROM `$name`.mdl_user
        WHERE username = 'admin' AND auth = 'manual' AND deleted = 0 AND firstaccess = 0 AND lastaccess = 0 AND currentlogin = 0");
}

/**
 * Drops a database user that the secret no longer names, and closes its connections: who has stolen the password may hold one.
 * Aurora lets its master end other users' connections (CONNECTION_ADMIN); where plain KILL is refused, RDS has a procedure.
 */
function drop_user(\mysqli $master, string $name): int {
    if (in_array($name, [setting('MOODLE_DB_USER'), setting('MOODLE_DB_MASTER_USER')], true)) {
        say("the database user $name is in use: it stays");
        return 64;
    }
    $master->query("DROP USER IF EXISTS '$name'@'%'");
    $open = $master->execute_query('SELECT id FROM information_schema.processlist WHERE user = ?', [$name])->fetch_all();
    foreach ($open as [$id]) {
        try {
            $master->query("KILL $id");
        } catch (\mysqli_sql_exception $error) {
            if ($error->getCode() === 1094) { // It has ended by itself: ER_NO_SUCH_THREAD.
                continue;
            }
            $master->query("CALL mysql.rds_kill($id)");
        }
    }
    say("the database user $name is gone, with " . count($open) . ' connections');
    return 0;
}
