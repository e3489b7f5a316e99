import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { awsStore, type Place, type Transport } from "../../components/outage/lambda/awsStore";
import { firstFiles, folder, pagesKey, switchKey } from "../../components/outage/pages/files";
import type { Branding } from "../../components/outage/pages/status";
import { pageKey } from "../../components/outage/publishing/journal";
import { Overtaken, type Store } from "../../components/outage/publishing/store";
import { asked } from "../lib/awsCall";
import type { Closing } from "./closing";
import { writeWhole } from "../lib/files";
import { stackOutputs } from "../lib/stackOutputs";

/** Place of the switch and the pages. */
export interface Target {
  /** For people: what is written to. */
  readonly name: string;
  readonly store: Store;
  /** Public address of a page. */
  addressOf(name: string, site: string): string;
}

/** With the credentials that the SDK finds: the editor's role is enough. */
export function awsTarget(place: Place, transport: Transport = {}): Target {
  return {
    name: `bucket ${place.bucket} and keys ${switchKey} and ${pagesKey} of ${place.keyValueStoreArn}`,
    store: awsStore(place, { s3: transport, keys: transport }, asked),
    addressOf: (name, site) => `${site}/${folder}/${name}`,
  };
}

/** The switch and the pages, or behind another CDN the rules of the load balancer. @throws Error when the stack was not deployed */
export function outageOutput(stack: string): Place | Closing {
  const { outage, closing } = stackOutputs<{ readonly outage?: Place; readonly closing?: Closing }>(stack);
  const found = outage ?? closing;
  if (found === undefined) {
    throw new Error(`Stack ${stack} has no output "outage" or "closing". Fix: deploy it first.`);
  }
  return found;
}

/** A folder in place of both, for trials without an account. Starts with the pages of a new site. */
export function folderTarget(path: string, branding: Branding): Target {
  const file = (key: string): string => join(path, key);
  const keyFile = (key: string): string => join(path, `${key}.txt`);
  const text = (place: string) => (existsSync(place) ? readFile(place, "utf8") : Promise.resolve(undefined));
  if (!existsSync(file(pageKey("status.json")))) {
    writeWhole(keyFile(switchKey), "off");
    firstFiles(branding).forEach(({ name, content }) => writeWhole(file(pageKey(name)), content));
  }
  const readKeys = async () => {
    const [state, pages] = [await text(keyFile(switchKey)), await text(keyFile(pagesKey))];
    return {
      state,
      pages,
      tag: createHash("sha256")
        .update(JSON.stringify([state, pages]))
        .digest("hex"),
    };
  };
  return {
    name: `folder ${path}`,
    store: {
      readKeys,
      writeKeys: async ({ state, pages }, tag) => {
        if ((await readKeys()).tag !== tag) {
          throw new Overtaken(`The files in ${path} were changed.`);
        }
        writeWhole(keyFile(pagesKey), pages);
        if (state !== undefined) {
          writeWhole(keyFile(switchKey), state);
        }
      },
      read: (key) => readFile(file(key), "utf8"),
      write: async ({ key, content }) => writeWhole(file(key), content),
      create: async ({ key, content }) => {
        const there = existsSync(file(key));
        if (!there) {
          writeWhole(file(key), content);
        }
        return !there;
      },
    },
    addressOf: (name) => file(pageKey(name)),
  };
}
