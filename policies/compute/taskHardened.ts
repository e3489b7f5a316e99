import type { Resource } from "../lib/resource";
import { resourceRule } from "../lib/rule";
import { taskDefinition } from "../lib/types";
import { expect, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";
import { eachContainer } from "./containers";

const jobDefinition = "aws:batch/jobDefinition:JobDefinition";

export const taskHardened = resourceRule({
  id: "task-hardened",
  group: "compute",
  severity: "high",
  title: "Containers are not privileged, have a read-only root file system and nothing of the host.",
  why: "Someone who gets in through the application then finds nothing to overwrite and no way out to the host. Code that can not change is the code that was reviewed.",
  fix: "Set readonlyRootFilesystem: true, mount volumes for the few folders that are written to, and leave privileged, host folders, host namespaces and strong capabilities out.",
  serves: [
    "Security Hub ECS.4",
    "Security Hub ECS.5",
    "Security Hub ECS.17",
    "Security Hub ECS.20",
    "Well-Architected SEC06-BP02",
    "Moodle R13",
    "Moodle R25",
  ],
  example: `containerDefinitions: JSON.stringify([{ name: "web", image, readonlyRootFilesystem: true, mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp" }] }])`,
  types: [taskDefinition, jobDefinition],
  limits: {},
  check: (task) =>
    task.type === jobDefinition
      ? ofJob(task)
      : [
          ...eachContainer(task, (container, name) => [
            expect(container.flag("privileged"), (on) => on !== true, `container "${name}" is privileged`),
            expect(
              container.flag("readonlyRootFilesystem"),
              (on) => on === true,
              `container "${name}" can write to its root file system`,
            ),
            // The image's own user is not told here.
            expect(
              container.text("user"),
              (user) => !/^(root|0)(:|$)/.test(user ?? ""),
              `container "${name}" runs as root`,
              'Set user: "1000:1000", or that of the image.',
            ),
            ...capabilities(container, name),
          ]),
          ...Object.entries(namespaces).map(([path, seen]) =>
            expect(
              task.props.text(path),
              (mode) => mode !== "host",
              `${path} is host, so that it sees the ${seen} of the host`,
            ),
          ),
          ...hostFolders(task),
        ],
});

/** A job ends, and writes what it likes until then; it must not get at the host. */
function ofJob({ props }: Resource): Verdict | undefined {
  const document = props.json("containerProperties");
  return document === undefined
    ? undefined
    : isUnknown(document)
      ? undecided(document)
      : expect(document.flag("privileged"), (on) => on !== true, "its container is privileged");
}

/** What a task shares with the host when it is told to. */
const namespaces: Readonly<Record<string, string>> = {
  pidMode: "processes",
  ipcMode: "memory",
  networkMode: "network and its metadata",
};

/** With each of these a process gets out of its container, or reads what the others do: capabilities(7). */
const powerful =
  /^(CAP_)?(ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE|SYS_RAWIO|SYS_BOOT|NET_ADMIN|DAC_READ_SEARCH|BPF|MAC_ADMIN|SYSLOG)$/i;

function capabilities(container: View, name: string): readonly Verdict[] {
  const added = container.list("linuxParameters.capabilities.add");
  const options = container.list("dockerSecurityOptions");
  const devices = container.list("linuxParameters.devices");
  const found = [
    ...(isUnknown(added) ? [] : added.filter((one) => powerful.test(String(one))).map((one) => `has ${String(one)}`)),
    ...(isUnknown(options) ? [] : options.filter((one) => /unconfined|disable/.test(String(one))).map(String)),
    ...(isUnknown(devices) || devices.length === 0 ? [] : ["has a device of the host"]),
  ];
  return found.map((one) => violation(`container "${name}" ${one}`));
}

/** Folders of the host through which its Docker, its kernel or its files can be had. */
const hostFolder =
  /^\/($|(var\/)?run($|\/docker|\/containerd|\/ecs)|var\/?$|var\/lib\/(docker|ecs|containerd|kubelet)|etc|proc|sys|dev|root|boot|home|usr|bin|sbin|lib)(?![\w-])/;

function hostFolders(task: Resource): readonly Verdict[] {
  const volumes = task.props.items("volumes");
  return isUnknown(volumes)
    ? [undecided(volumes)]
    : volumes.map((volume) =>
        expect(
          volume.text("hostPath"),
          (path) => path === undefined || !hostFolder.test(path),
          (path) => `it mounts ${path} of the host`,
        ),
      );
}
