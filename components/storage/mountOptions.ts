/**
 * How an NFS share is mounted on an instance.
 * - `hard`: a write waits for the server and is never lost; `soft` would corrupt a file on a short outage.
 * - `timeo=600,retrans=2`: 60 seconds before a request is sent again, as AWS advises for both EFS and FSx.
 * - `noresvport`: a new source port after a network break; without it the client can hang until the old one times out.
 * - `rsize,wsize`: 1 MiB, the largest, since Moodle reads and writes whole files.
 * - `_netdev`: wait for the network at boot; without it an instance can hang there.
 * https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-nfs-mount-settings.html
 */
export const nfsMountOptions =
  "nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport,_netdev" as const;
