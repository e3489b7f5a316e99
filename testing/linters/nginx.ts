import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderConfiguration } from "../../components/moodle/configuration";
import { limitChain } from "../../components/moodle/limits";

const source = join(__dirname, "../../moodle-image/rootfs/opt/moodle/config");
const types = "/etc/nginx/mime.types";

/** As moodle-image/rootfs/opt/moodle/lib/prepare.php fills the template in. */
const values: Readonly<Record<string, string>> = {
  WORKERS: "2",
  STOP_SECONDS: "90",
  PORT: "8080",
  ROOT: "/var/www/moodle/public",
  FALLBACK: "/r.php$is_args$args",
  VIEWER_ADDRESS_HEADER: "X-Forwarded-For",
  TRUSTED: "set_real_ip_from 10.0.0.0/16;",
  ALLOWED: "allow 10.0.0.0/16;",
  BODY_MAX_MB: "164",
  ADDRESS: "0.0.0.0",
  READ_TIMEOUT: "65",
  KEEPALIVE_TIMEOUT: "135",
};

/**
 * Writes nginx's configuration of a task into a folder: the image's template with values, and what the platform puts into the
 * configuration bucket. Folders of the container are folders below that one.
 *
 * @param template The image's, unless a test plants a mistake.
 * @returns the main file.
 */
export function renderNginx(
  folder: string,
  template = readFileSync(join(source, "nginx.conf.template"), "utf8"),
): string {
  const generated = join(folder, "run/nginx");
  mkdirSync(generated, { recursive: true });
  mkdirSync(join(folder, "tmp"), { recursive: true });
  const files = renderConfiguration({
    limits: limitChain({ requestTimeoutSeconds: 60, uploadMaxMb: 100 }),
    adhocConcurrency: 2,
    moodle: {},
  });
  writeFileSync(join(generated, "20-generated.conf"), files["nginx.conf"]);
  writeFileSync(join(folder, "mime.types"), existsSync(types) ? readFileSync(types) : "types { text/html html; }\n");
  const folders: Readonly<Record<string, string>> = {
    "/run/moodle/": join(folder, "run/"),
    "/tmp/": join(folder, "tmp/"),
    "/opt/moodle/config/": `${source}/`,
    "/etc/nginx/": join(folder, "/"),
  };
  const text = template
    .replaceAll(/@([A-Z_]+)@/g, (whole, name: string) => values[name] ?? whole)
    .replaceAll(/(?<= )\/(run\/moodle|tmp|opt\/moodle\/config|etc\/nginx)\//g, (path) => folders[path]!);
  const file = join(folder, "nginx.conf");
  writeFileSync(file, text);
  return file;
}
