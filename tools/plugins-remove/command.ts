import { remove } from "../../moodle-image/plugins/plugins";
import { declare, needed, start } from "../lib/command";
import { pluginName } from "../lib/pluginKinds";

export const command = declare({
  name: "plugins-remove",
  summary: "Take a plugin out of the image",
  options: { NAME: needed(pluginName, "The plugin") },
  run: ({ NAME }, { print }) => {
    print(remove(NAME));
    return 0;
  },
});

if (require.main === module) {
  start(command);
}
