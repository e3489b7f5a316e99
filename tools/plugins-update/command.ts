import { update } from "../../moodle-image/plugins/plugins";
import { declare, needed, optional, start } from "../lib/command";
import { moodleVersions, pluginAddress, pluginName } from "../lib/pluginKinds";

export const command = declare({
  name: "plugins-update",
  summary: "Move a plugin to another release",
  options: {
    NAME: needed(pluginName, "The plugin"),
    URL: needed(pluginAddress, "The archive of the newer release"),
    MOODLE: optional(moodleVersions, "The Moodle versions that the plugin supports, when it does not say so itself"),
  },
  run: async ({ NAME, URL, MOODLE }, { print }) => {
    print(await update(NAME, URL, MOODLE));
    return 0;
  },
});

if (require.main === module) {
  start(command);
}
