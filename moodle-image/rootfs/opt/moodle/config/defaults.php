<?php
// Defaults of Moodle's settings that are the image's own: local/defaults.php includes this file. Moodle writes them at the
// first installation and shows them as defaults; administrators change each on its page. https://docs.moodle.org/501/en/Site_administration

$environment = static function (string $name): string {
    $found = getenv($name);
    return $found === false ? '' : $found;
};

if ($environment('MOODLE_TIME_ZONE') !== '') {
    $defaults['moodle']['timezone'] = $environment('MOODLE_TIME_ZONE');
}
// Nobody's mailbox is given out as the place to ask for help.
if ($environment('MOODLE_SUPPORT_EMAIL') === '') {
    $defaults['moodle']['supportavailability'] = 0; // CONTACT_SUPPORT_DISABLED, lib/moodlelib.php
}

// Guessing: after ten wrong passwords within half an hour an account, and no other, is closed for a quarter of an hour. Moodle's
// own default is no limit at all. Whoever knows a name can close its account for so long: docs/first-sign-in.md says the price.
$defaults['moodle']['lockoutthreshold'] = 10; // One of Moodle's own choices: 3, 5, 7, 10, 20 ... (admin/settings/security.php)
// Durations as their form has them (admin_setting_configduration): a plain number is not written, and no duration is forever.
$defaults['moodle']['lockoutwindow'] = ['v' => 30, 'u' => 60];
$defaults['moodle']['lockoutduration'] = ['v' => 15, 'u' => 60];

// Addresses that Moodle asks for nobody. Moodle's own list, and what AWS adds to it: the credentials of an ECS task
// (169.254.170.2) with all other link-local addresses, shared address space, and the instance's services over IPv6.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html https://datatracker.ietf.org/doc/html/rfc6598
$defaults['moodle']['curlsecurityblockedhosts'] = implode("\n", ['127.0.0.0/8', '192.168.0.0/16', '10.0.0.0/8', '172.16.0.0/12', '0.0.0.0',
    'localhost', '169.254.169.254', '169.254.170.2', '169.254.0.0/16', '100.64.0.0/10', '0000::1', 'fd00:ec2::/32']);
