<?php
header('Content-Type: application/javascript; charset=utf-8');
echo '// ', $_SERVER['PATH_INFO'];
