<?php
// What the image sets for Moodle. Values come from the environment of the container (/opt/moodle/lib/settings.php has the table
// and has checked them), secrets included, so that none is ever in a file.

require_once '/opt/moodle/lib/times.php';

(static function () use ($CFG): void {
    $value = static function (string $name, string $default = ''): string {
        $found = getenv($name);
        return $found === false || $found === '' ? $default : $found;
    };
    $build = trim((string) @file_get_contents('/opt/moodle/build-id'));
    $cafile = $value('MOODLE_CA_FILE', '/opt/moodle/certificates/bundle.pem');
    $environment = $value('MOODLE_ENVIRONMENT');
    $times = moodle_image\times((int) $value('MOODLE_REQUEST_TIMEOUT_SECONDS', '50'));

    // The address is fixed and the load balancer ends TLS. With reverseproxy, Moodle would refuse the public Host that the
    // load balancer passes on (lib/setuplib.php, initialise_fullme).
    $CFG->wwwroot = $value('MOODLE_WWWROOT');
    $CFG->sslproxy = str_starts_with($CFG->wwwroot, 'https://');
    $CFG->reverseproxy = false;
    // nginx has already worked out who the client is; no header is believed here.
    $CFG->getremoteaddrconf = 3;
    $CFG->routerconfigured = true;
    $CFG->slasharguments = 1;

    // Aurora has a driver of its own: from Moodle 5.0 on, mysqli would ask for MySQL 8.4, which Aurora 3 is not.
    $CFG->dbtype = $value('MOODLE_DB_TYPE', 'auroramysql');
    $CFG->dblibrary = 'native';
    $CFG->dbhost = $value('MOODLE_DB_HOST');
    $CFG->dbname = $value('MOODLE_DB_NAME', 'moodle');
    $CFG->dbuser = $value('MOODLE_DB_USER');
    $CFG->dbpass = $value('MOODLE_DB_PASSWORD');
    $CFG->prefix = 'mdl_';
    $CFG->dboptions = [
        // A failover closes connections, and a kept one would go on talking to the old writer.
        'dbpersist' => false,
        'dbport' => (int) $value('MOODLE_DB_PORT', '3306'),
        'dbcollation' => 'utf8mb4_unicode_ci',
        'connecttimeout' => 5,
    ];
    if ($CFG->dbtype === 'auroramysql' || $value('MOODLE_DB_TLS', 'verify-full') !== 'none') {
        $CFG->dboptions['ssl'] = 'verify-full';
    }
    if ($value('MOODLE_DB_READER_HOST') !== '') {
        $CFG->dboptions['readonly'] = [
            'instance' => ['dbhost' => $value('MOODLE_DB_READER_HOST')],
            'latency' => (float) $value('MOODLE_DB_READER_LATENCY', '1'),
            'connecttimeout' => 2,
            // Read again right after they were written, on another connection.
            'exclude_tables' => ['config', 'config_plugins', 'sessions', 'task_adhoc', 'task_scheduled', 'lock_db'],
        ];
    }

    // PHP checks who may have a file, nginx sends it (nginx.conf.template, /moodle-files/): parts of it too, without a copy on the task's
    // disk, and no process waits for a slow visitor. Of the file store alone; what else PHP sends goes through PHP.
    $CFG->xsendfile = 'X-Accel-Redirect';
    $CFG->xsendfilealiases = ['/moodle-files/' => "$CFG->dataroot/filedir/"];

    // Shared by all containers: dataroot and what is under it (temp, cache, backups). Of this machine only: the two below.
    // The name of the build keeps two releases apart that run side by side during a deployment.
    $CFG->localcachedir = "/var/cache/moodle/$build";
    $CFG->localrequestdir = '/tmp/requestdir';
    $CFG->directorypermissions = 02770;
    if (is_file('/opt/moodle/baked/components.php')) {
        $CFG->alternative_component_cache = '/opt/moodle/baked/components.php';
    }

    // Moodle's own Redis sessions over a kept connection (cachestore/tiered/classes/session.php).
    // Names are those that core reads, not those of config-dist.php (lib/classes/session/redis.php).
    $CFG->session_handler_class = '\cachestore_tiered\session';
    $CFG->session_redis_host = $value('MOODLE_SESSION_REDIS_HOST');
    $CFG->session_redis_port = (int) $value('MOODLE_SESSION_REDIS_PORT', '6379');
    if ($value('MOODLE_REDIS_TLS', '1') === '1') {
        $CFG->session_redis_encrypt = ['cafile' => $cafile];
    }
    if ($value('MOODLE_SESSION_REDIS_AUTH') !== '') {
        $CFG->session_redis_auth = $value('MOODLE_SESSION_REDIS_AUTH');
    }
    $CFG->session_redis_prefix = "$environment-session-";
    $CFG->session_redis_acquire_lock_timeout = $times['lock'];
    $CFG->session_redis_acquire_lock_retry = 100;
    $CFG->session_redis_lock_expire = $times['lock_life'];
    $CFG->session_redis_connection_timeout = 3;
    $CFG->session_redis_max_retries = 3;
    $CFG->session_redis_serializer_use_igbinary = true;
    $CFG->session_redis_compressor = 'none';

    // The mapping of caches to stores is code (/opt/moodle/muc), the same on every node, and no admin page can change it.
    if (is_file('/opt/moodle/baked/definitions.php')) {
        $CFG->alternative_cache_factory_class = '\moodle_image\cache_factory';
        spl_autoload_register(static function (string $class): void {
            if (str_starts_with($class, 'moodle_image\\cache_')) {
                require_once '/opt/moodle/muc/' . substr($class, strlen('moodle_image\\')) . '.php';
            }
        });
    }

    // The image is the only way to change code or what runs on the machine.
    $CFG->disableupdateautodeploy = true;
    $CFG->disableupdatenotifications = true;
    $CFG->preventexecpath = true;
    $CFG->uninstallclionly = true;
    $CFG->pathtophp = '/usr/bin/php';
    $CFG->pathtogs = '/usr/bin/gs';
    $CFG->pathtodu = '/usr/bin/du';
    if (is_file('/usr/bin/unoconv')) {
        $CFG->pathtounoconv = '/usr/bin/unoconv';
    }
    // The role "upgrade" is the only way to upgrade. While one is pending, Moodle's page for it asks nobody to sign in
    // (config-dist.php, "Upgrade key"): it asks for this key, which is another one in each request.
    $CFG->upgradekey = bin2hex(random_bytes(16));

    // DEBUG_MINIMAL of Moodle: with 0 it would switch off PHP's own log of fatal errors (lib/setup.php, error_reporting()).
    $CFG->debug = E_ERROR | E_PARSE;
    $CFG->debugdisplay = false;
    // Moodle's own texts, and what an AJAX call or web service failed of (lib/strings.php). cspell:ignore customstringmanager
    $CFG->customstringmanager = 'moodle_image\strings';
    $CFG->perfdebug = 0;
    $CFG->cronclionly = true;
    $CFG->enableasyncbackup = true;
    $CFG->expectedcronfrequency = 200;

    // Mail (docs/mail.md). Without a server of one's own here, the administration pages decide.
    if ($value('MOODLE_SMTP_HOST') !== '') {
        $CFG->smtphosts = $value('MOODLE_SMTP_HOST');
        $security = $value('MOODLE_SMTP_SECURITY', 'tls');
        $CFG->smtpsecure = $security === 'none' ? '' : $security;
        // Empty for a relay that asks for nobody: a user of the administration pages belongs to another server.
        $CFG->smtpuser = $value('MOODLE_SMTP_USER');
        $CFG->smtppass = $value('MOODLE_SMTP_PASSWORD');
        // The strongest that the server offers; Moodle's own default is LOGIN only.
        $CFG->smtpauthtype = '';
    } elseif ($value('MOODLE_SES_CONFIGURATION_SET') !== '') {
        // PHP's mail(), which starts lib/sendmail.php.
        $CFG->smtphosts = '';
        // SES takes mail of the one sender only, so nobody's own address may be in From.
        $CFG->allowedemaildomains = '';
    }
    if ($value('MOODLE_MAIL_SENDER') !== '') {
        $CFG->noreplyaddress = $value('MOODLE_MAIL_SENDER');
    }
    if ($value('MOODLE_MAIL_OFF', '0') === '1') {
        $CFG->noemailever = true;
    }
    if ($value('MOODLE_MAIL_DIVERT_TO') !== '') {
        $CFG->divertallemailsto = $value('MOODLE_MAIL_DIVERT_TO');
        $CFG->divertallemailsexcept = $value('MOODLE_MAIL_DIVERT_EXCEPT');
    }
})();
