<?php
header('X-Router: 1');
echo 'router ', $_SERVER['REQUEST_URI'];
