import { add } from "../../moodle-image/plugins/plugins";
import { declare, needed, optional, start } from "../lib/command";
import { moodleVersions, pluginAddress } from "../lib/pluginKinds";

export const command = declare({
  name: "plugins-add",
  summary: "Add a plugin to the image",
  options: {
    URL: needed(pluginAddress, "The archive of the plugin's release"),
    MOODLE: optional(moodleVersions, "The Moodle versions that the plugin supports, when it does not say so itself"),
  },
  run: async ({ URL, MOODLE }, { print }) => {
    print(await add(URL, MOODLE));
    return 0;
  },
});

if (require.main === module) {
  start(command);
}
