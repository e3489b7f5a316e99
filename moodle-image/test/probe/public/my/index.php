<?php
echo 'my ', $_SERVER['QUERY_STRING'] ?? '';
