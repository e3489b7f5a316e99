<?php
// Moodle's bootstrap would start here.
