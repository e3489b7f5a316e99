<?php
// Moodle's own texts. Moodle answers a failed AJAX call or web service with the exception's code and message, and leaves its class out;
// get_exception_info() looks the message up here while it has the exception in hand (lib/setuplib.php).

namespace moodle_image;

final class strings extends \core_string_manager_standard {
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
