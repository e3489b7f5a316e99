<?php
// cspell:ignore firstid fullpath referencefileid timecreated timemodified
// For the role "verify": where a file's content is, and whether it is the right one.

namespace moodle_image;

/** Rows whose content Moodle keeps: no folders, no empty files, and no links into another system (referencefileid). */
const STORED = 'filesize > 0 AND referencefileid IS NULL';
/** One row for each content. The first row that named it tells when it was uploaded. */
const FIELDS = 'contenthash, MAX(filesize) AS filesize, MIN(id) AS firstid, MIN(timemodified) AS time, COUNT(*) AS uses';

final class Store {
    public int $files = 0;
    public int $objects = 0;
    public int $hashes = 0;
    public int $bytes = 0;
    /** First row that names a missing file, and last one that names a file which is there. */
    private ?int $missing = null;
    private int $present = 0;

    public function __construct(
        private readonly string $filedir,
        private readonly string $trashdir,
        private readonly ?\tool_objectfs\local\store\object_file_system $bucket,
        private readonly Report $report,
    ) {}

    /** @param \stdClass $file a row with {@link FIELDS} */
    public function judge(\stdClass $file): void {
        $this->files++;
        $hash = $file->contenthash;
        $name = substr($hash, 0, 2) . '/' . substr($hash, 2, 2) . "/$hash";
        // Moodle takes a file out of the trash when somebody asks for it (file_system_filedir::recover_file).
        $local = is_file("$this->filedir/$name") ? "$this->filedir/$name" : (is_file("$this->trashdir/$name") ? "$this->trashdir/$name" : null);
        $remote = $this->bucket === null ? null : $this->remote($hash);
        if ($remote !== null && ($local === null || $remote['claimed'])) {
            $this->objects++;
            $remote['there'] = is_readable($remote['path']);
        }
        if ($local === null && ($remote['there'] ?? false) === false) {
            $this->missing($file, $name, $remote);
            return;
        }
        $this->present = max($this->present, (int) $file->firstid);
        if ($local !== null) {
            $this->compare($file, $local, 'file-changed', $name);
            if (($remote['claimed'] ?? false) && !$remote['there']) {
                $this->report->damage('object-missing', $remote['path'], 'tool_objectfs has it as pushed, and the bucket has no such object. A copy is on the disk. '
                    . 'Fix: push it again, by setting its location in mdl_tool_objectfs_objects to 0', $this->where($file));
            }
        } else {
            $this->compare($file, $remote['path'], 'object-changed', $remote['path']);
        }
    }

    /** What all files together say: a store from before the database lacks the newest, and nothing else. */
    public function conclude(): void {
        if ($this->missing !== null && $this->present === 0) {
            $this->report->damage('store-older', 'filedir', 'none of the files is there: it is the store of another site, or nothing was restored to this directory');
        } elseif ($this->missing !== null && $this->missing > $this->present) {
            global $DB;
            $time = gmdate('Y-m-d\TH:i:s\Z', (int) $DB->get_field('files', 'timecreated', ['id' => $this->missing]));
            $this->report->damage('store-older', 'filedir', "the files are from before the database: whatever was uploaded before $time is there, and nothing since. "
                . 'Fix: restore the files of a later time, or the database of an earlier one');
        }
    }

    /** @return array{path: string, claimed: bool, location: ?string, there: bool} */
    private function remote(string $hash): array {
        global $DB;
        $location = $DB->get_field('tool_objectfs_objects', 'location', ['contenthash' => $hash]);
        return [
            'path' => $this->bucket->get_external_client()->get_fullpath_from_hash($hash),
            // In both places, or in the bucket alone: constants of the plugin's lib.php.
            'claimed' => $location !== false && in_array((int) $location, [OBJECT_LOCATION_DUPLICATED, OBJECT_LOCATION_EXTERNAL], true),
            'location' => $location === false ? null : (string) $location,
            'there' => false,
        ];
    }

    /** @param array{path: string, claimed: bool, location: ?string, there: bool}|null $remote */
    private function missing(\stdClass $file, string $name, ?array $remote): void {
        global $DB;
        // A site that is open deletes files: gone from both is no damage.
        if (!$DB->record_exists('files', ['contenthash' => $file->contenthash])) {
            return;
        }
        if ($remote !== null && $remote['claimed']) {
            $this->report->damage('object-missing', $remote['path'], 'tool_objectfs has it as pushed, and neither the bucket nor the disk has it', $this->where($file));
            return;
        }
        $this->missing = min($this->missing ?? PHP_INT_MAX, (int) $file->firstid);
        $this->report->damage('file-missing', $name, 'mdl_files names it, and ' . match (true) {
            $remote === null => 'it is not on the disk',
            default => 'it is not on the disk; it was never pushed to the bucket',
        }, $this->where($file));
    }

    private function compare(\stdClass $file, string $path, string $kind, string $name): void {
        $handle = @fopen($path, 'rb');
        $context = hash_init('sha1');
        $bytes = $handle === false ? 0 : hash_update_stream($context, $handle);
        $this->hashes++;
        $this->bytes += $bytes;
        $found = hash_final($context);
        if ($handle === false) {
            $this->report->damage($kind, $name, 'it cannot be read: ' . (error_get_last()['message'] ?? 'no reason given'), $this->where($file));
        } elseif ($found !== $file->contenthash) {
            $this->report->damage($kind, $name, "its content is another one: its SHA-1 is $found and its length $bytes, expected $file->filesize bytes", $this->where($file));
        }
    }

    /** Which part of Moodle uses it, without the names that people gave. @return array<string, string|int> */
    private function where(\stdClass $file): array {
        global $DB;
        $first = $DB->get_record('files', ['id' => $file->firstid], 'component, filearea, timecreated');
        return $first === false ? [] : ['part' => "$first->component/$first->filearea", 'uses' => (int) $file->uses, 'uploaded' => gmdate('Y-m-d\TH:i:s\Z', (int) $first->timecreated)];
    }
}
