<?php
error_log('a failure with "quotes" at /login/index.php?sesskey=AbC123&wstoken=deadbeef');
throw new RuntimeException('not shown to anyone');
