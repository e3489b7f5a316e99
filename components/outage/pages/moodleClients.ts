import type { Clients } from "./functionCode";

/**
 * Moodle's scripts read `error` and `errorcode` of an answer, its app and other clients of web services `exception`,
 * `errorcode` and `message`: the fields of its own errors
 * (https://github.com/moodle/moodle/blob/v5.1.0/public/lib/classes/output/core_renderer_ajax.php, fatal_error). It lets pages of any origin
 * ask its web services, as the app in a browser does.
 */
export const moodleClients: Clients = {
  openPaths: ["/webservice/", "/login/token.php", "/lib/ajax/service-nologin.php"],
  jsonPaths: ["/lib/ajax/"],
  fields: {
    errorcode: "sitemaintenance",
    exception: "moodle_exception",
    stacktrace: null,
    debuginfo: null,
    reproductionlink: null,
  },
};
