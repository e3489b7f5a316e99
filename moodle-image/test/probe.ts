import { missing, mountImage, mustBuild } from "./build";
import { freePort } from "../../tools/lib/freePort";

/** The probe image: everything of the image but Moodle itself. */
export const probeTag = "localhost/moodle-probe";

/** Builds and mounts the probe image for a test or a hook; skips it, and says why, where that cannot be done. */
export function mountProbe(context: Mocha.Context): ReturnType<typeof mountImage> {
  const why = missing();
  if (why !== undefined) {
    process.stdout.write(`skipped: ${why}\n`);
    context.skip();
  }
  mustBuild({ tag: probeTag, args: { PROBE: "1" } });
  return mountImage(probeTag);
}

/** A complete environment for the probe; services that a test does not start are simply not there. */
export async function environment(extra: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> {
  const port = await freePort();
  return {
    MOODLE_ENVIRONMENT: "test",
    MOODLE_WWWROOT: `http://127.0.0.1:${port}`,
    MOODLE_HTTP_PORT: `${port}`,
    MOODLE_DB_TYPE: "mariadb",
    MOODLE_DB_TLS: "none",
    MOODLE_DB_HOST: "127.0.0.1",
    MOODLE_DB_PORT: "1",
    MOODLE_DB_USER: "moodle",
    MOODLE_DB_PASSWORD: "database-secret",
    MOODLE_SESSION_REDIS_HOST: "127.0.0.1",
    MOODLE_SESSION_REDIS_PORT: "1",
    MOODLE_CACHE_REDIS_HOST: "127.0.0.1",
    MOODLE_CACHE_REDIS_PORT: "1",
    MOODLE_REDIS_TLS: "0",
    MOODLE_PHP_MAX_CHILDREN: "4",
    ...extra,
  };
}
