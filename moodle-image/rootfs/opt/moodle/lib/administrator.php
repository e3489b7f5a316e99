<?php
// `install --reset-administrator`: gives the account `admin` the password of MOODLE_ADMIN_PASSWORD again, opens it if it was locked
// or suspended, ends its sessions, and has Moodle ask for a new password at the next sign-in.

define('CLI_SCRIPT', true);
require '/var/www/moodle/config.php';
require_once $CFG->libdir . '/authlib.php';

$say = static function (string $message): void {
    fwrite(STDERR, "$message\n");
};
$user = $DB->get_record('user', ['username' => 'admin', 'mnethostid' => $CFG->mnet_localhost_id, 'deleted' => 0]);
if ($user === false) {
    $say('there is no account named admin: it was renamed or deleted. Use cli admin/cli/reset_password.php --username=<its name>');
    exit(1);
}
$user->auth = 'manual'; // Whatever a sign-in service has made of it: a password has to be enough.
$user->suspended = 0;
$user->password = hash_internal_user_password((string) getenv('MOODLE_ADMIN_PASSWORD'));
$DB->update_record('user', (object) array_intersect_key((array) $user, array_flip(['id', 'auth', 'suspended', 'password'])));
set_user_preference('auth_forcepasswordchange', 1, $user);
login_unlock_account($user);
\core\session\manager::destroy_user_sessions($user->id);
if (!is_siteadmin($user)) {
    $say('warning: admin is no site administrator any more (Site administration, Users, Permissions, Site administrators)');
}
$say('The password of admin is the one of the secret again; Moodle asks for a new one at the next sign-in.');
