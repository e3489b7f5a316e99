import { createReadStream, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { type Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** A longer line is not a log line: it is counted and dropped. */
export const longestLine = 1024 * 1024;

/** Replaces a line that was too long. */
export const tooLong = Symbol("a line of more than 1 MiB");

export interface LogFile {
  /** Below the folder, for messages. */
  readonly name: string;
  readonly path: string;
}

/** All files of a folder and its folders, by name. @throws Error when there is none. */
export function logFiles(folder: string): readonly LogFile[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    throw new Error(`LOGS: got ${JSON.stringify(folder)}, expected a folder that can be read.`);
  }
  const files = names
    .map((name) => ({ path: join(folder, name), name }))
    .filter(({ path }) => statSync(path).isFile())
    .map(({ path }) => ({ path, name: relative(folder, path) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (files.length === 0) {
    throw new Error(`LOGS: no file is in ${folder}. docs/blips.md says what to put there.`);
  }
  return files;
}

/** A file as a stream, unpacked when its name ends with .gz. A broken archive is an error of the stream. */
export function open({ path }: LogFile): Readable {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (!path.endsWith(".gz")) {
    return file;
  }
  const unpacked = createGunzip();
  file.on("error", (error) => unpacked.destroy(error));
  return file.pipe(unpacked);
}

/**
 * Calls back with each line. Memory is bounded by one chunk and one line, whatever the file holds; Node's own readline would
 * keep a line of any length.
 */
export async function eachLine(stream: Readable, use: (line: string | typeof tooLong) => void): Promise<void> {
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  let skipping = false;
  const end = (line: string) => {
    if (skipping) {
      use(tooLong);
    } else if (line !== "") {
      use(line.endsWith("\r") ? line.slice(0, -1) : line);
    }
    skipping = false;
  };
  for await (const chunk of stream) {
    const text = rest + decoder.decode(chunk as Buffer, { stream: true });
    let from = 0;
    for (let to = text.indexOf("\n"); to >= 0; to = text.indexOf("\n", from)) {
      end(text.slice(from, to));
      from = to + 1;
    }
    rest = skipping ? "" : text.slice(from);
    if (rest.length > longestLine) {
      rest = "";
      skipping = true;
    }
  }
  end(rest + decoder.decode());
}
