import { connect } from "node:net";

/** A FastCGI client for one request per connection: what nginx says to php-fpm. https://fastcgi-archives.github.io/FastCGI_Specification.html */
export function fastcgi(socket: string, script: string, body: string): Promise<string> {
  const parameters = {
    SCRIPT_FILENAME: script,
    REQUEST_METHOD: "POST",
    CONTENT_TYPE: "application/json",
    CONTENT_LENGTH: String(Buffer.byteLength(body)),
  };
  const pairs = Object.entries(parameters).map(([name, value]) =>
    Buffer.concat([length(name.length), length(value.length), Buffer.from(name + value)]),
  );
  const message = Buffer.concat([
    record(1, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])),
    record(4, Buffer.concat(pairs)),
    record(4, Buffer.alloc(0)),
    ...chunks(Buffer.from(body)).map((chunk) => record(5, chunk)),
    record(5, Buffer.alloc(0)),
  ]);
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const client = connect(socket, () => client.write(message));
    client.on("data", (data) => received.push(data));
    client.on("error", reject);
    client.on("end", () => {
      const { out, errors } = parse(Buffer.concat(received));
      const start = out.indexOf("\r\n\r\n");
      // The error stream carries PHP's log; the status shows a failure.
      if (start < 0 || /^Status: 5/m.test(out.slice(0, start))) {
        reject(new Error(`php-fpm: ${errors}${out}`));
      } else {
        resolve(out.slice(start + 4));
      }
    });
  });
}

const length = (value: number) =>
  value < 128 ? Buffer.from([value]) : Buffer.from([(value >>> 24) | 0x80, value >>> 16, value >>> 8, value]);

const record = (type: number, content: Buffer) =>
  Buffer.concat([Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]), content]);

function chunks(body: Buffer): Buffer[] {
  return Array.from({ length: Math.ceil(body.length / 65_000) }, (_, i) => body.subarray(i * 65_000, (i + 1) * 65_000));
}

function parse(received: Buffer): { readonly out: string; readonly errors: string } {
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  for (let at = 0; at + 8 <= received.length;) {
    const size = received.readUInt16BE(at + 4);
    const content = received.subarray(at + 8, at + 8 + size);
    if (received[at + 1] === 6) {
      out.push(content);
    } else if (received[at + 1] === 7) {
      errors.push(content);
    }
    at += 8 + size + received[at + 6]!;
  }
  return { out: Buffer.concat(out).toString(), errors: Buffer.concat(errors).toString() };
}
