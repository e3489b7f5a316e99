<?php
header('Content-Type: text/css; charset=utf-8');
echo is_file('/var/moodledata/probe-no-styles') ? '' : 'body {}';
