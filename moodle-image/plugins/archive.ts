import { gunzipSync, inflateRawSync } from "node:zlib";

/** Reads single files out of a plugin's archive, .zip or .tar.gz, without unpacking it and without other programs. */

/** A mistake of the person who uses the tool, or of what was downloaded; everything else is a fault of the tool. */
export class Refused extends Error {}

export interface Entry {
  readonly path: string;
  readonly read: () => Buffer;
}

export function entries(archive: Buffer): Entry[] {
  if (archive.subarray(0, 2).toString() === "PK") return zip(archive);
  if (archive[0] === 0x1f && archive[1] === 0x8b) return tar(gunzipSync(archive));
  throw new Refused("the file is neither a .zip nor a .tar.gz archive");
}

/** Sizes and positions are those of the format's own description: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.12, 4.3.16) */
function zip(data: Buffer): Entry[] {
  const end = data.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (end < 0) throw new Refused("the .zip archive has no end: the download is not complete");
  const found: Entry[] = [];
  let at = data.readUInt32LE(end + 16);
  for (let left = data.readUInt16LE(end + 10); left > 0; left--) {
    const method = data.readUInt16LE(at + 10);
    const size = data.readUInt32LE(at + 20);
    const nameLength = data.readUInt16LE(at + 28);
    const local = data.readUInt32LE(at + 42);
    found.push({
      path: data.toString("utf8", at + 46, at + 46 + nameLength),
      read: () => {
        const start = local + 30 + data.readUInt16LE(local + 26) + data.readUInt16LE(local + 28);
        const body = data.subarray(start, start + size);
        if (method === 0) return body;
        if (method === 8) return inflateRawSync(body);
        throw new Refused(`the .zip archive uses compression method ${method}, which is not supported`);
      },
    });
    at += 46 + nameLength + data.readUInt16LE(at + 30) + data.readUInt16LE(at + 32);
  }
  return found;
}

/** Blocks of 512 bytes; a long name comes in an entry before its file ("L" of GNU tar, "x" of POSIX): https://www.gnu.org/software/tar/manual/html_node/Standard.html */
function tar(data: Buffer): Entry[] {
  const found: Entry[] = [];
  let longName: string | undefined;
  for (let at = 0; at + 512 <= data.length;) {
    const text = (from: number, length: number) =>
      data.toString("utf8", at + from, at + from + length).replace(/\0.*$/s, "");
    if (text(0, 100) === "") break;
    const size = parseInt(text(124, 12).trim() || "0", 8);
    const kind = text(156, 1);
    const body = data.subarray(at + 512, at + 512 + size);
    if (kind === "L") longName = body.toString("utf8").replace(/\0.*$/s, "");
    else if (kind === "x") longName = /\d+ path=([^\n]*)\n/.exec(body.toString("utf8"))?.[1];
    else {
      const prefix = text(345, 155);
      const path = longName ?? (prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`);
      longName = undefined;
      if (kind === "" || kind === "0" || kind === "5") found.push({ path, read: () => body });
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}
