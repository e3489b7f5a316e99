<?php
// cspell:ignore contextlevel REFFIELDS REFTABLE
// For the role "verify", without Moodle: whether the tables that the code needs are there, and are of one moment.
//
// A table from an earlier moment than the rest is found by ids. InnoDB keeps the next id of each table (AUTO_INCREMENT), and never gives
// one out twice. Moodle's db/install.xml says which column names a row of which table. So a row that names an id which its table has
// never given out is from a later moment. Rows that were deleted do not matter.
// https://dev.mysql.com/doc/refman/8.0/en/innodb-auto-increment-handling.html

namespace moodle_image;

/** Tables by the level of a context, whose instanceid no install.xml declares: public/lib/classes/context/. */
const CONTEXTS = [30 => 'user', 40 => 'course_categories', 50 => 'course', 70 => 'course_modules', 80 => 'block_instances'];

/**
 * What the code's db/install.xml files declare.
 *
 * @return array{tables: array<string, list<string>>, references: list<array{table: string, field: string, names: string}>} without prefix
 */
function schema(string $code): array {
    $tables = [];
    $references = [];
    $folders = new \RecursiveCallbackFilterIterator(new \RecursiveDirectoryIterator($code, \FilesystemIterator::SKIP_DOTS),
        // Fixtures of tests declare tables that no site has.
        static fn (mixed $_file, string $path): bool => !is_dir($path) || !in_array(basename($path), ['tests', 'vendor', 'node_modules', 'lang', 'amd', 'pix'], true));
    foreach (new \RecursiveIteratorIterator($folders) as $file) {
        if ($file->getFilename() !== 'install.xml' || basename($file->getPath()) !== 'db') {
            continue;
        }
        $xml = simplexml_load_file($file->getPathname());
        foreach ($xml === false ? [] : ($xml->xpath('TABLES/TABLE') ?: []) as $table) {
            $name = (string) $table['NAME'];
            $tables[$name] = array_map(static fn (\SimpleXMLElement $field): string => (string) $field['NAME'], $table->xpath('FIELDS/FIELD') ?: []);
            foreach ($table->xpath('KEYS/KEY[@REFFIELDS="id"]') ?: [] as $key) {
                $references[] = ['table' => $name, 'field' => (string) $key['FIELDS'], 'names' => (string) $key['REFTABLE']];
            }
        }
    }
    ksort($tables);
    return ['tables' => $tables, 'references' => $references];
}

/**
 * @param array{tables: array<string, list<string>>, references: list<array{table: string, field: string, names: string}>} $schema
 * @return array<string, int> what was looked at
 * @throws \mysqli_sql_exception
 */
function judge_tables(\mysqli $db, string $database, array $schema, Report $report): array {
    try {
        // MySQL 8 keeps AUTO_INCREMENT for a day: https://dev.mysql.com/doc/refman/8.0/en/information-schema-optimization.html
        $db->query('SET SESSION information_schema_stats_expiry = 0');
    } catch (\mysqli_sql_exception) {
        // MariaDB has no such cache.
    }
    /** @var array<string, array<string, string>> $there */
    $there = [];
    $rows = $db->execute_query('SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = ?', [$database]);
    foreach ($rows->fetch_all() as [$table, $column, $type]) {
        $there[(string) $table][(string) $column] = (string) $type;
    }
    foreach ($schema['tables'] as $table => $fields) {
        if (!isset($there["mdl_$table"])) {
            $report->damage('table-missing', "mdl_$table", 'the table does not exist, and the code of this image needs it');
            continue;
        }
        foreach (array_diff($fields, array_keys($there["mdl_$table"])) as $field) {
            $report->damage('column-missing', "mdl_$table.$field", 'the column does not exist, and the code of this image needs it');
        }
    }
    $references = array_filter([...$schema['references'], ...undeclared($db, $there)],
        static fn (array $one): bool => str_ends_with($there["mdl_{$one['table']}"][$one['field']] ?? '', 'int') && isset($there["mdl_{$one['names']}"]));
    // The rows that name come before the counters: what a site that is open writes in between is in both.
    $newest = array_map(static fn (array $one): int => (int) $db->query(
        "SELECT MAX({$one['field']}) FROM mdl_{$one['table']} " . ($one['where'] ?? ''))->fetch_row()[0], $references);
    $next = [];
    $rows = $db->execute_query('SELECT table_name, auto_increment FROM information_schema.tables WHERE table_schema = ?', [$database]);
    foreach ($rows->fetch_all() as [$table, $counter]) {
        $next[$table] = $counter;
    }
    $older = [];
    foreach ($references as $index => $one) {
        $counter = $next["mdl_{$one['names']}"] ?? null;
        if ($counter !== null && $newest[$index] >= (int) $counter) {
            $older["mdl_{$one['names']}"][] = "mdl_{$one['table']}.{$one['field']} names id {$newest[$index]}";
        }
    }
    foreach ($older as $table => $named) {
        $report->damage('table-older', $table, "the table is from an earlier moment than others: it has given out ids up to " . ((int) $next[$table] - 1)
            . ', and ' . implode(', ', array_slice($named, 0, 5)) . (count($named) > 5 ? ' and ' . (count($named) - 5) . ' columns more do' : ''));
    }
    return ['tables' => count($schema['tables']), 'references' => count($references)];
}

/**
 * References that no install.xml declares: contexts, and the activities of courses.
 *
 * @param array<string, array<string, string>> $there
 * @return list<array{table: string, field: string, names: string, where: string}>
 */
function undeclared(\mysqli $db, array $there): array {
    $found = [];
    if (isset($there['mdl_context'])) {
        foreach (CONTEXTS as $level => $table) {
            $found[] = ['table' => 'context', 'field' => 'instanceid', 'names' => $table, 'where' => "WHERE contextlevel = $level"];
        }
    }
    if (isset($there['mdl_modules'], $there['mdl_course_modules'])) {
        foreach ($db->query('SELECT id, name FROM mdl_modules')->fetch_all() as [$id, $name]) {
            $found[] = ['table' => 'course_modules', 'field' => 'instance', 'names' => $name, 'where' => "WHERE module = $id"];
        }
    }
    return $found;
}
