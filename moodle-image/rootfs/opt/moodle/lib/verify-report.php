<?php
// The lines of the role "verify".

namespace moodle_image;

final class Report {
    /** Lines for each kind of damage; the result counts all of them. A lost file system would fill the log. */
    private const MOST = 100;
    /** @var array<string, int> damage by kind */
    public array $counts = [];

    /**
     * @param string $kind what is wrong, as docs/backups.md lists it
     * @param string $name the thing that is damaged: a table, or a file by its hash
     * @param array<string, mixed> $more
     */
    public function damage(string $kind, string $name, string $message, array $more = []): void {
        $this->counts[$kind] = ($this->counts[$kind] ?? 0) + 1;
        if ($this->counts[$kind] <= self::MOST) {
            $this->line(['level' => 'error', 'damage' => $kind, 'name' => $name, ...$more, 'message' => $message]);
        }
    }

    /** What a person should know, and no damage. */
    public function note(string $kind, string $name, string $message): void {
        $this->line(['level' => 'warning', 'note' => $kind, 'name' => $name, 'message' => $message]);
    }

    /** What could not be looked at: then nothing is said of the rest. */
    public function unknown(string $kind, string $name, string $message): void {
        $this->line(['level' => 'fatal', 'unknown' => $kind, 'name' => $name, 'message' => $message]);
    }

    /** @param array<string, int> $counts another process's damage, whose lines are written already */
    public function add(array $counts): void {
        foreach ($counts as $kind => $count) {
            $this->counts[$kind] = ($this->counts[$kind] ?? 0) + $count;
        }
    }

    /** @param array<string, int|float|string> $seen what was looked at */
    public function result(array $seen): void {
        $whole = $this->counts === [];
        $this->line(['level' => $whole ? 'info' : 'error', 'result' => $whole ? 'whole' : 'damaged', 'damages' => (object) $this->counts, ...$seen,
            'message' => $whole ? 'database, files and objects belong together' : array_sum($this->counts) . ' damages were found']);
    }

    /** @param array<string, mixed> $fields */
    public function line(array $fields): void {
        echo json_encode(['log' => 'verify', ...$fields], JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
    }
}
