import { check } from "../../moodle-image/plugins/plugins";
import { declare, flag, optional, start } from "../lib/command";
import { moodleVersion } from "../lib/pluginKinds";

export const command = declare({
  name: "plugins-check",
  summary: "Check the plugins' lock file, and that every archive is as it was",
  options: {
    MOODLE: optional(moodleVersion, "A Moodle version that every plugin must support"),
    OFFLINE: flag("Download nothing"),
  },
  failure: "a plugin is not in order",
  run: async ({ MOODLE, OFFLINE }, { print, at }) => {
    at("downloading the plugins' archives");
    print(await check({ moodle: MOODLE, offline: OFFLINE }));
    return 0;
  },
});

if (require.main === module) {
  start(command);
}
