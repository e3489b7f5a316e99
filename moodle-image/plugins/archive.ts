import { unzipSync } from "fflate";
import { extract } from "tar-stream";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

/** Reads single files out of a plugin's archive, .zip or .tar.gz, without writing it to a disk and without other programs. */

/** A mistake of the person who uses the tool, or of what was downloaded; everything else is a fault of the tool. */
export class Refused extends Error {}

/** @returns for each file and folder of the archive its path, and its content where the path matches. */
export async function readArchive(archive: Buffer, wanted: RegExp): Promise<ReadonlyMap<string, string | undefined>> {
  try {
    if (archive.subarray(0, 2).toString() === "PK") return zip(archive, wanted);
    if (archive[0] === 0x1f && archive[1] === 0x8b) return await tar(gunzipSync(archive), wanted);
  } catch (error) {
    throw new Refused(`the archive cannot be read: ${(error as Error).message}. Download it again`);
  }
  throw new Refused("the file is neither a .zip nor a .tar.gz archive");
}

function zip(data: Buffer, wanted: RegExp): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  const filter = ({ name }: { readonly name: string }) => {
    found.set(name, undefined);
    return wanted.test(name);
  };
  for (const [path, content] of Object.entries(unzipSync(data, { filter }))) {
    found.set(path, Buffer.from(content).toString("utf8"));
  }
  return found;
}

async function tar(data: Buffer, wanted: RegExp): Promise<ReadonlyMap<string, string | undefined>> {
  const found = new Map<string, string | undefined>();
  for await (const entry of Readable.from([data]).pipe(extract())) {
    const path = entry.header.name;
    const content = wanted.test(path) ? (await buffer(entry)).toString("utf8") : undefined;
    found.set(path, content);
    entry.resume();
  }
  return found;
}
