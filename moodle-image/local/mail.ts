import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** Takes every mail and delivers none: each becomes a file, so that one can read what Moodle would have sent. Arguments: port, folder. */
const [, , port = "1025", folder = "mail"] = process.argv;
mkdirSync(folder, { recursive: true });
let count = 0;

createServer((socket) => {
  let [buffer, body, inBody] = ["", "", false];
  const answer = (text: string) => socket.write(`${text}\r\n`);
  answer("220 mail is kept here");
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    buffer += chunk.toString("latin1");
    for (let end = buffer.indexOf("\r\n"); end >= 0; end = buffer.indexOf("\r\n")) {
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      if (inBody && line !== ".") body += `${line.replace(/^\.\./, ".")}\r\n`;
      else if (inBody) {
        count += 1;
        const file = join(folder, `${Date.now()}-${count}.eml`);
        writeFileSync(file, body, "latin1");
        process.stdout.write(`mail: ${/^Subject: (.*)$/m.exec(body)?.[1] ?? "no subject"} (${file})\n`);
        [body, inBody] = ["", false];
        answer("250 kept");
      } else if (/^DATA/i.test(line)) {
        inBody = true;
        answer("354 go on");
      } else if (/^QUIT/i.test(line)) socket.end("221 bye\r\n");
      else answer("250 ok");
    }
  });
}).listen(Number(port), "127.0.0.1");
