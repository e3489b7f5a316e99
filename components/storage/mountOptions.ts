/**
 * How an NFS share is mounted on an instance.
 * - `hard`: a write waits for the server and is never lost; `soft` would corrupt a file on a short outage.
 * - `timeo=600,retrans=2`: 60 seconds before a request is sent again, as AWS advises for both EFS and FSx.
 * - `noresvport`: a new source port after a network break; without it the client can hang until the old one times out.
 * - `rsize,wsize`: 1 MiB, the largest, since Moodle reads and writes whole files.
 * - `lookupcache=positive`: a name that was absent is asked for again each time. Otherwise a text that is customised for the first
 *   time is unseen for up to a minute, and Moodle's cache of texts keeps the old one for good
 *   (https://man7.org/linux/man-pages/man5/nfs.5.html).
 * - `_netdev`: wait for the network at boot; without it an instance can hang there.
 * https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-nfs-mount-settings.html
 */
export const nfsMountOptions =
  "nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport,lookupcache=positive,_netdev" as const;
