/** moodle.lock.json: which release of Moodle the image is built from, from where, and exactly which bytes. */
import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { objection, patchesFolder, readPatches } from "../../moodle-image/patches/list";
import { check } from "../../moodle-image/plugins/plugins";
import { Refused } from "../lib/command";

const image = resolve(__dirname, "../../moodle-image");

interface Lock {
  readonly moodle: { readonly version: string; readonly url: string; readonly sha256: string };
  /** Base images by PHP version. */
  readonly base: Readonly<Record<string, string>>;
}

export interface Files {
  readonly lock: string;
  readonly plugins: string;
  /** The folder of the patches that the image carries. */
  readonly patches: string;
}
export const files: Files = {
  lock: join(image, "moodle.lock.json"),
  plugins: join(image, "plugins.lock.json"),
  patches: patchesFolder,
};

/** What was done. */
export interface Raised {
  readonly from: string;
  readonly to: string;
  readonly url: string;
  readonly sha256: string;
  readonly plugins: string;
  /** A sentence for each patch that this release makes superfluous, or that was not tried on it. */
  readonly patches: readonly string[];
  /** The new branch, such as 5.2, when it is another. */
  readonly branch: string | undefined;
}

/** 5.1 of 5.1.5. */
const branchOf = (version: string): string => version.split(".").slice(0, 2).join(".");

/** 501 of 5.1.5, as Moodle numbers its branches: https://moodledev.io/general/development/policies/versioning */
function numberOf(version: string): string {
  const [major = "", minor = ""] = version.split(".");
  return `${major}${minor.padStart(2, "0")}`;
}

function older(version: string, than: string): boolean {
  const [a, b] = [version, than].map((one) => one.split(".").map(Number)) as [number[], number[]];
  const part = [0, 1, 2].find((index) => (a[index] ?? 0) !== (b[index] ?? 0));
  return part !== undefined && (a[part] ?? 0) < (b[part] ?? 0);
}

/**
 * Writes another release of Moodle into the lock file: its version, its address and the checksum of what that address gives.
 * Nothing is written unless everything is in order.
 *
 * @param version Such as 5.1.5; the first release of a branch has two numbers.
 * @param expected Checksum that Moodle's download page shows, when it was looked up.
 * @throws Refused for a release that this image cannot be built from, Error when the archive cannot be had or is not it.
 */
export async function raise(
  version: string,
  expected?: string,
  { lock, plugins, patches }: Files = files,
): Promise<Raised> {
  const old = JSON.parse(readFileSync(lock, "utf8")) as Lock;
  refuseRelease(version, old);
  const branch = branchOf(version);
  const judged = await check({ moodle: branch, offline: true }, plugins).catch((error: Error) => {
    throw new Error(
      `${error.message}\nFix: make plugins-update or plugins-remove first, then this again. moodle.lock.json is as it was.`,
    );
  });
  const carried = readPatches(patches).flatMap((patch) => {
    const wrong = objection(patch, version);
    return wrong === undefined ? [] : [`Patch ${patch.issue} (${patch.file}): ${wrong}.`];
  });
  const url = addressOf(version, old.moodle);
  const sha256 = await hashArchive(url, version);
  const promised = [expected, version === old.moodle.version ? old.moodle.sha256 : undefined];
  const other = promised.find((one) => one !== undefined && one !== sha256);
  if (other !== undefined) {
    throw new Error(
      `${url}: got sha256 ${sha256}, expected ${other}. Fix: compare both with Moodle's download page; do not build from this archive before that.`,
    );
  }
  // Whole or not at all.
  const draft = `${lock}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify({ ...old, moodle: { version, url, sha256 } }, undefined, 2)}\n`);
  renameSync(draft, lock);
  const { version: from } = old.moodle;
  return {
    from,
    to: version,
    url,
    sha256,
    plugins: judged,
    patches: carried,
    branch: branch === branchOf(from) ? undefined : branch,
  };
}

function refuseRelease(version: string, { moodle, base }: Lock): void {
  const { branches } = JSON.parse(readFileSync(join(image, "releases.json"), "utf8")) as {
    readonly branches: Readonly<Record<string, { readonly moodle: string; readonly php: readonly string[] }>>;
  };
  const release = branches[numberOf(version)];
  if (release === undefined || !release.php.some((php) => php in base)) {
    const allowed = Object.values(branches)
      .filter(({ php }) => php.some((one) => one in base))
      .map((one) => one.moodle);
    throw new Refused([
      {
        path: "VERSION",
        given: version,
        allowed: `a release of ${allowed.join(", ")}`,
        fix: "Add the branch to moodle-image/releases.json and stacks/settings/moodleReleases.ts first, and a base for its PHP to the lock file.",
      },
    ]);
  }
  // Its upgrade ends with "cannot downgrade": https://docs.moodle.org/501/en/Upgrading
  if (older(version, moodle.version)) {
    throw new Refused([
      {
        path: "VERSION",
        given: version,
        allowed: `${moodle.version} or newer: Moodle does not start on the database of a newer release`,
        fix: "If no stack has run the newer one yet, take the lock file back with git.",
      },
    ]);
  }
}

/** Where the lock's present archive is, with the new branch and version: a mirror stays a mirror. */
function addressOf(version: string, { version: old, url }: Lock["moodle"]): string {
  const name = `moodle-${old}.tgz`;
  if (!url.endsWith(`/${name}`)) {
    throw new Error(
      `moodle.url of moodle.lock.json: got ${url}, expected an address that ends in /${name}. Fix: set it.`,
    );
  }
  const folder = url.slice(0, -name.length).replaceAll(`stable${numberOf(old)}/`, `stable${numberOf(version)}/`);
  return `${folder}moodle-${version}.tgz`;
}

/**
 * Downloads an archive without keeping it.
 *
 * @throws Error unless it is a whole archive of that release of Moodle.
 */
async function hashArchive(url: string, version: string): Promise<string> {
  const nothing = "moodle.lock.json is as it was.";
  const answer = await fetch(url).catch((error: Error) => {
    const { cause } = error;
    throw new Error(
      `${url} cannot be reached: ${cause instanceof Error && cause.message !== "" ? cause.message : error.message}. Fix: run this where that address can be fetched, or set moodle.url to a mirror's. ${nothing}`,
    );
  });
  if (!answer.ok || answer.body === null) {
    throw new Error(
      `${url} answers ${answer.status}. Fix: look the release up at https://download.moodle.org/releases/supported/. ${nothing}`,
    );
  }
  const hash = createHash("sha256");
  const archive = extract();
  let text: string | undefined;
  try {
    const arrived = pipeline(
      Readable.fromWeb(answer.body),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      createGunzip(),
      archive,
    );
    // The loop below ends with the same error.
    arrived.catch(() => undefined);
    for await (const entry of archive) {
      if (/^[^/]+\/(public\/)?version\.php$/.test(entry.header.name)) {
        text = (await buffer(entry)).toString("utf8");
      }
      entry.resume();
    }
    await arrived;
  } catch (error) {
    throw new Error(`${url} is not a whole archive: ${(error as Error).message}. Fix: try again. ${nothing}`);
  }
  const found = /^\$release\s*=\s*['"]([^'"]+)['"]/m.exec(text ?? "")?.[1]?.replace(/ .*/, "");
  if (found !== version) {
    throw new Error(
      `${url}: got ${found === undefined ? "an archive without Moodle's version.php" : `Moodle ${found}`}, expected Moodle ${version}. Fix: check moodle.url. ${nothing}`,
    );
  }
  return hash.digest("hex");
}
