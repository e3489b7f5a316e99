<?php
// The role "install": makes the database and its user, then Moodle's tables. It may run any number of times: what exists stays,
// and the user's password is set to the one of the secret again.

namespace moodle_image;

require __DIR__ . '/database.php';

$name = setting('MOODLE_DB_NAME', 'moodle');
$user = setting('MOODLE_DB_USER');

try {
    $master = connect(setting('MOODLE_DB_MASTER_USER'), setting('MOODLE_DB_MASTER_PASSWORD'), '');
    lock($master);
    $password = $master->real_escape_string(setting('MOODLE_DB_PASSWORD'));
    $account = "'" . $master->real_escape_string($user) . "'@'%'";
    $master->query("CREATE DATABASE IF NOT EXISTS `$name` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
    if ($user !== setting('MOODLE_DB_MASTER_USER')) {
        $master->query("CREATE USER IF NOT EXISTS $account IDENTIFIED BY '$password'");
        $master->query("ALTER USER $account IDENTIFIED BY '$password'");
        // What Moodle's documentation asks for, on its own database and no other: https://docs.moodle.org/501/en/MySQL
        $master->query('GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, CREATE TEMPORARY TABLES, DROP, INDEX, ALTER, LOCK TABLES ON '
            . '`' . str_replace('_', '\\_', $name) . "`.* TO $account"); // _ would stand for any letter here
    }
    $tables = $master->execute_query('SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?',
        [$name, 'mdl_config'])->fetch_row()[0];
} catch (\mysqli_sql_exception $error) {
    say('the database cannot be prepared: ' . $error->getMessage());
    exit(1);
}

if ((int) $tables > 0) {
    say("the database $name has Moodle's tables already: nothing to install");
    exit(0);
}

// Without a password of one's own nobody gets a known one: set it with `cli admin/cli/reset_password.php`.
$admin = setting('MOODLE_ADMIN_PASSWORD', 'A1!' . bin2hex(random_bytes(24)));
$status = script('admin/cli/install_database.php', '--agree-license', '--lang=en', '--adminuser=admin', "--adminpass=$admin",
    '--adminemail=' . setting('MOODLE_ADMIN_EMAIL'), '--fullname=' . setting('MOODLE_SITE_NAME', 'Moodle'),
    '--shortname=' . setting('MOODLE_SITE_NAME', 'Moodle'), '--supportemail=' . setting('MOODLE_ADMIN_EMAIL'));
say($status === 0 ? "Moodle is installed in the database $name" : "the installation ended with status $status");
if ($status === 0) {
    style_sheet();
}
exit($status);
