import { declare, needed, optional, standard, start } from "../lib/command";
import { beginIncident, incidentsFolder, incidentsKind, timeText } from "../lib/incidents";
import { anyText, instantText } from "../lib/kinds";

const text = anyText("a text", "Write what people noticed.");

export const incident = (now: () => Date = () => new Date()) =>
  declare({
    name: "incident",
    summary: "Begin the record of an incident, whose actions make actions follows",
    options: {
      TITLE: needed(text, "What happened, in a few words"),
      START: optional(instantText, "When it began", "Leave it out for now."),
      END: optional(instantText, "When it was over", "Leave it out while it goes on."),
      SERVICES: standard(
        anyText("names with commas between them", "Leave it out for Moodle."),
        "What was hit",
        "Moodle",
      ),
      FOLDER: standard(incidentsKind, "Where the records are", incidentsFolder),
    },
    check: ({ START, END }) =>
      END !== undefined && Date.parse(END) < Date.parse(START ?? now().toISOString())
        ? [{ path: "END", given: END, allowed: "a time after the start", fix: "Is the day right?" }]
        : [],
    run: ({ TITLE, START, END, SERVICES, FOLDER }, { print }) => {
      const file = beginIncident(FOLDER, {
        title: TITLE,
        start: timeText(START === undefined ? now() : new Date(START)),
        end: END === undefined ? "" : timeText(new Date(END)),
        services: SERVICES.split(",")
          .map((name) => name.trim())
          .filter((name) => name !== ""),
        actions: [],
      });
      print(
        `${file}: write what happened, and each action with owner and date. docs/incidents/README.md has an example.`,
      );
      return 0;
    },
  });

export const command = incident();

if (require.main === module) {
  start(command);
}
