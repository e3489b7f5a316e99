/**
 * Reads a stream of nginx lines that is made as it is read, of any size, and prints the counts and the most memory that was in use:
 * `node --max-old-space-size=64 --import tsx tools/blips/corpus/flood.ts 10e9`. One line in a thousand is broken, one in a
 * hundred thousand is two megabytes long.
 */
import { Readable } from "node:stream";
import { eachLine } from "../input";
import { LogReader } from "../reader";
import { Store } from "../series";

const start = 1_795_000_020;
const minutes = 24 * 60;
const paths = [
  "/login/index.php",
  "/my/",
  "/course/view.php",
  "/mod/quiz/attempt.php",
  "/pluginfile.php/1/a",
  "/lib/ajax/service.php",
  "/user/",
];

function* chunks(bytes: number): Generator<Buffer> {
  // A few hundred chunks are made and then sent over and over: the maker must not be what is measured.
  const made = Array.from({ length: 288 }, (_, chunk) => {
    const lines = Array.from({ length: 700 }, (_, line) => {
      const number = chunk * 700 + line;
      const second = Math.floor((number * minutes * 60) / (288 * 700));
      const time = new Date((start + second) * 1000).toISOString();
      return number % 1000 === 0
        ? `{"time":"${time}","log":"access","class"`
        : `{"time":"${time}","log":"access","request":"abcdefghijklmnopqrstuvwxyz","class":"course","method":"GET","path":"${paths[number % 7]}","status":200,"bytes":9000,"seconds":0.${100 + (number % 400)},"php_seconds":0.${100 + (number % 400)},"agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"}`;
    });
    return Buffer.from(`${lines.join("\n")}\n`);
  });
  const long = Buffer.from(`${"x".repeat(2 * 1024 * 1024)}\n`);
  for (let [sent, index] = [0, 0]; sent < bytes; index += 1) {
    const chunk = index % 143 === 142 ? long : made[index % made.length]!;
    sent += chunk.length;
    yield chunk;
  }
}

async function flood(bytes: number): Promise<void> {
  const store = new Store({ from: start, to: start + minutes * 60 });
  const reader = new LogReader((entry) => store.take(entry), "UTC");
  const lines = reader.lines("flood.log");
  const began = process.hrtime.bigint();
  await eachLine(Readable.from(chunks(bytes)), (line) => lines.line(line));
  const { read, used, skipped, rejected } = reader.counts;
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  console.log(
    JSON.stringify({
      bytes,
      read,
      used,
      skipped,
      rejected,
      mostMiB: Math.round(process.resourceUsage().maxRSS / 1024),
      seconds: Math.round(seconds),
    }),
  );
}

void flood(Number(process.argv[2] ?? 1e8));
