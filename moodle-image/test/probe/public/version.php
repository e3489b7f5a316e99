<?php
// The probe stands where Moodle 5.1 would: the same folders, none of the code.
$version = 2025100600.00;
$release = '5.1 (probe)';
$branch = '501';
