/** What is lost, or unreadable, when a resource of this type is deleted or made anew. */
const kinds: Readonly<Record<string, string>> = {
  "aws:rds/cluster:Cluster": "database",
  "aws:rds/clusterInstance:ClusterInstance": "database",
  "aws:rds/globalCluster:GlobalCluster": "database",
  "aws:rds/instance:Instance": "database",
  "aws:dynamodb/table:Table": "database",
  "aws:elasticache/replicationGroup:ReplicationGroup": "cache",
  "aws:elasticache/cluster:Cluster": "cache",
  "aws:elasticache/serverlessCache:ServerlessCache": "cache",
  "aws:efs/fileSystem:FileSystem": "file system",
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": "file system",
  "aws:fsx/openZfsVolume:OpenZfsVolume": "file system",
  "aws:s3/bucket:Bucket": "bucket",
  "aws:kms/key:Key": "key",
  "aws:kms/replicaKey:ReplicaKey": "key",
  // A password, or the key that file addresses are signed with: what was made with the old one no longer opens.
  "aws:secretsmanager/secret:Secret": "key",
  "aws:cloudfront/publicKey:PublicKey": "key",
  "random:index/randomPassword:RandomPassword": "key",
  // Holds whether the outage page is on.
  "aws:cloudfront/keyValueStore:KeyValueStore": "key",
  // The images that a rollback needs, and the copies that a restore needs.
  "aws:ecr/repository:Repository": "bucket",
  "aws:backup/vault:Vault": "bucket",
};

/** `database`, `cache`, `file system`, `bucket` or `key`; undefined for what can be made again from the program alone. */
export function statefulKind(type: string): string | undefined {
  return kinds[type];
}
