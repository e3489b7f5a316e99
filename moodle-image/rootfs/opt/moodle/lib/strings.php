<?php
// cspell:ignore disablecache disablelocal localroot
// Moodle's own texts, with two additions.
//
// Moodle answers a failed AJAX call or web service with the exception's code and message, and leaves its class out;
// get_exception_info() looks the message up here while it has the exception in hand (lib/setuplib.php).
//
// A site's own texts are files that another node may have made a moment ago. NFS keeps a name that was absent for up to a minute
// (https://man7.org/linux/man-pages/man5/nfs.5.html, "Directory entry caching"), and what is read without the file goes into the shared cache
// for good. Opening a folder makes the client ask for its attributes, and forget the absent names of one that has changed ("Close-to-open cache
// consistency"). So each node opens the folders once for each revision.

namespace moodle_image;

final class strings extends \core_string_manager_standard {
    private ?int $seen = null;

    /**
     * @param string $component
     * @param string $lang
     * @param bool $disablecache
     * @param bool $disablelocal
     */
    public function load_component_strings($component, $lang, $disablecache = false, $disablelocal = false) {
        $revision = $this->get_revision();
        if ($this->seen !== $revision) {
            $this->seen = $revision;
            $this->look_again($revision);
        }
        return parent::load_component_strings($component, $lang, $disablecache, $disablelocal);
    }

    private function look_again(int $revision): void {
        // Command lines have no memory that outlives them.
        $memory = function_exists('apcu_enabled') && apcu_enabled();
        if ($memory && apcu_fetch('moodle_image-texts') === $revision) {
            return;
        }
        foreach (@scandir($this->localroot) ?: [] as $name) {
            if (str_ends_with($name, '_local')) {
                @scandir("$this->localroot/$name");
            }
        }
        if ($memory) {
            apcu_store('moodle_image-texts', $revision);
        }
    }

    /**
     * @param string $identifier
     * @param string $component
     */
    public function string_exists($identifier, $component) {
        $caller = debug_backtrace(0, 2)[1] ?? [];
        if (($caller['function'] ?? '') === 'get_exception_info' && ($caller['args'][0] ?? null) instanceof \Throwable) {
            Failure::remember($caller['args'][0]);
        }
        return parent::string_exists($identifier, $component);
    }
}
