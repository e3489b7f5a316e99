/**
 * The user that Moodle runs as, inside every container and on every shared file. The image is built with it, the EFS
 * access point enforces it and an NFS export must let it write: a file made by one task must be writable by the next.
 */
export const moodleUser = { uid: 1000, gid: 1000 } as const;
