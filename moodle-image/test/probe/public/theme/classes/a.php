<?php echo "must not be reached";
