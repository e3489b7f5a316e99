<?php
echo 'file ', $_SERVER['PATH_INFO'] ?? '';
