<?php
// UPLOAD_ERR_OK is 0, UPLOAD_ERR_INI_SIZE is 1.
header('Content-Type: application/json');
echo json_encode(['error' => $_FILES['file']['error'] ?? null, 'size' => $_FILES['file']['size'] ?? null, 'posted' => count($_POST)]);
