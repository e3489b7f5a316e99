"""What a stack has on AWS, in moto, for the part of it that has a lock, holds data or stays.

The AWS provider of the tests is a stand-in that makes nothing. So the account is filled from the stack's state after `pulumi up`,
and emptied by what `pulumi destroy` deleted, with the calls that the provider makes; moto refuses them where AWS does. The
stand-in refuses what the state says is protected, so the state reads the locks of the account before.

Usage: account.py fill <state.json>
       account.py read <state.json>   (puts the locks of the account into the state, as `pulumi refresh` does)
       account.py delete <state.json before> <state.json after>
       account.py leave       (what a destroyed stack dev leaves, which has released: a snapshot, and AWS's own log group)
       account.py list        (a line each: kind and name; a key that waits for its deletion is gone)
"""

import json
import sys

import boto3
from botocore.exceptions import ClientError

HOME, EDGE, COPIES = "eu-west-2", "us-east-1", "eu-west-1"


def client(service, region=HOME):
    return boto3.client(service, region_name=region)


def pairs(resource, key="Key", value="Value"):
    return [{key: k, value: v} for k, v in resource["outputs"]["tagsAll"].items()]


def fill_database(it):
    client("rds").create_db_cluster(
        DBClusterIdentifier=it["outputs"]["clusterIdentifier"],
        Engine="aurora-mysql",
        MasterUsername="root",
        MasterUserPassword="password",
        DeletionProtection=it["inputs"].get("deletionProtection", False),
        CopyTagsToSnapshot=it["inputs"].get("copyTagsToSnapshot", False),
        Tags=pairs(it),
    )
    # A release makes one.
    client("rds").create_db_cluster_snapshot(
        DBClusterIdentifier=it["outputs"]["clusterIdentifier"], DBClusterSnapshotIdentifier="prod-release"
    )


def delete_database(it):
    skip = it["inputs"].get("skipFinalSnapshot", False)
    final = {} if skip else {"FinalDBSnapshotIdentifier": it["inputs"]["finalSnapshotIdentifier"]}
    client("rds").delete_db_cluster(
        DBClusterIdentifier=it["outputs"]["clusterIdentifier"], SkipFinalSnapshot=skip, **final
    )


PROTECTION = "deletion_protection.enabled"


def read_database(it):
    found = client("rds").describe_db_clusters(DBClusterIdentifier=it["outputs"]["clusterIdentifier"])
    it["outputs"]["deletionProtection"] = found["DBClusters"][0]["DeletionProtection"]


def fill_balancer(it):
    subnets = client("ec2").describe_subnets()["Subnets"][:2]
    made = client("elbv2").create_load_balancer(
        Name=it["outputs"]["name"], Subnets=[one["SubnetId"] for one in subnets], Tags=pairs(it)
    )
    client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=made["LoadBalancers"][0]["LoadBalancerArn"],
        Attributes=[{"Key": PROTECTION, "Value": str(it["inputs"].get("enableDeletionProtection", False)).lower()}],
    )


def arn_of_balancer(it):
    return client("elbv2").describe_load_balancers(Names=[it["outputs"]["name"]])["LoadBalancers"][0]["LoadBalancerArn"]


def read_balancer(it):
    attributes = client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=arn_of_balancer(it))["Attributes"]
    it["outputs"]["enableDeletionProtection"] = {"Key": PROTECTION, "Value": "true"} in attributes


def delete_balancer(it):
    client("elbv2").delete_load_balancer(LoadBalancerArn=arn_of_balancer(it))


def fill_table(it):
    client("dynamodb").create_table(
        TableName=it["outputs"]["name"],
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        DeletionProtectionEnabled=it["inputs"].get("deletionProtectionEnabled", False),
        Tags=pairs(it),
    )


def read_table(it):
    table = client("dynamodb").describe_table(TableName=it["outputs"]["name"])["Table"]
    it["outputs"]["deletionProtectionEnabled"] = table["DeletionProtectionEnabled"]


def fill_bucket(it):
    region = it["outputs"]["region"]
    s3, name = client("s3", region), {"Bucket": it["outputs"]["bucket"]}
    s3.create_bucket(**name, **({} if region == EDGE else {"CreateBucketConfiguration": {"LocationConstraint": region}}))
    s3.put_bucket_versioning(**name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(**name, Tagging={"TagSet": pairs(it)})
    # An object, an older version of it, and a deleted one.
    for key in ["kept", "kept", "deleted"]:
        s3.put_object(**name, Key=key, Body=b"")
    s3.delete_object(**name, Key="deleted")


def fill_repository(it):
    name = {"repositoryName": it["outputs"]["name"]}
    client("ecr").create_repository(**name, tags=pairs(it))
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []}
    client("ecr").put_image(**name, imageManifest=json.dumps(manifest), imageTag="build-1")


def delete_repository(it):
    try:
        client("ecr").delete_repository(repositoryName=it["outputs"]["name"])
    except ClientError as error:
        # The provider takes one that is gone for deleted.
        if error.response["Error"]["Code"] != "RepositoryNotFoundException":
            raise


def log_group(cluster):
    """Container Insights makes it, without the stack's tags, and it outlives the cluster."""
    client("logs").create_log_group(logGroupName=f"/aws/ecs/containerinsights/{cluster}/performance")


def leave():
    cluster = {"DBClusterIdentifier": "dev-database"}
    client("rds").create_db_cluster(
        **cluster,
        Engine="aurora-mysql",
        MasterUsername="root",
        MasterUserPassword="password",
        CopyTagsToSnapshot=True,
        Tags=[{"Key": "Project", "Value": "moodle"}, {"Key": "Environment", "Value": "dev"}],
    )
    client("rds").create_db_cluster_snapshot(**cluster, DBClusterSnapshotIdentifier="dev-release")
    client("rds").delete_db_cluster(**cluster, SkipFinalSnapshot=True)
    log_group("dev-cluster-ecs-0123456")


def fill_vault(it):
    client("backup", it["outputs"]["region"]).create_backup_vault(BackupVaultName=it["outputs"]["name"])


def fill_role(it):
    """The role that expires the backups, the only one that stays."""
    if it.get("retainOnDelete"):
        name = it["outputs"]["name"]
        client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")
        # moto has AWS's own policies only when it is asked to load them.
        allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "backup:*", "Resource": "*"}]}
        policy = client("iam").create_policy(PolicyName=name, PolicyDocument=json.dumps(allow))["Policy"]["Arn"]
        client("iam").attach_role_policy(RoleName=name, PolicyArn=policy)


def delete_key(it):
    """The stand-in's id is not moto's: the newest of the region's is as good as another."""
    kms = client("kms", it["outputs"]["region"])
    kms.schedule_key_deletion(KeyId=kms.list_keys()["Keys"][-1]["KeyId"])


def not_kept(it):
    sys.exit(f"{it['urn']} is not kept when the stack is destroyed")


KINDS = {
    "aws:rds/cluster:Cluster": (fill_database, delete_database),
    "aws:lb/loadBalancer:LoadBalancer": (fill_balancer, delete_balancer),
    "aws:dynamodb/table:Table": (
        fill_table,
        lambda it: client("dynamodb").delete_table(TableName=it["outputs"]["name"]),
    ),
    "aws:s3/bucket:Bucket": (
        fill_bucket,
        lambda it: client("s3", it["outputs"]["region"]).delete_bucket(Bucket=it["outputs"]["bucket"]),
    ),
    "aws:ecs/cluster:Cluster": (lambda it: log_group(it["outputs"]["name"]), lambda it: None),
    "aws:ecr/repository:Repository": (fill_repository, delete_repository),
    "aws:efs/fileSystem:FileSystem": (
        lambda it: client("efs").create_file_system(Encrypted=True, Tags=pairs(it)),
        not_kept,
    ),
    "aws:kms/key:Key": (
        lambda it: client("kms", it["outputs"]["region"]).create_key(Tags=pairs(it, "TagKey", "TagValue")),
        delete_key,
    ),
    "aws:backup/vault:Vault": (fill_vault, not_kept),
    "aws:iam/role:Role": (fill_role, lambda it: None),
}


def resources(file):
    with open(file) as state:
        return json.load(state)["deployment"].get("resources") or []


LOCKS = {
    "aws:rds/cluster:Cluster": read_database,
    "aws:lb/loadBalancer:LoadBalancer": read_balancer,
    "aws:dynamodb/table:Table": read_table,
}


def read(file):
    with open(file) as state:
        whole = json.load(state)
    for it in whole["deployment"]["resources"]:
        if it["type"] in LOCKS:
            LOCKS[it["type"]](it)
    with open(file, "w") as state:
        json.dump(whole, state)


def fill(state):
    for it in resources(state):
        if it["type"] in KINDS:
            KINDS[it["type"]][0](it)


def delete(before, after):
    left = {it["urn"] for it in resources(after)}
    for it in resources(before):
        if it["type"] in KINDS and it["urn"] not in left and not it.get("retainOnDelete"):
            KINDS[it["type"]][1](it)


def everything():
    for one in client("rds").describe_db_clusters()["DBClusters"]:
        yield "database", one["DBClusterIdentifier"]
    # Automated ones go with their cluster, which moto leaves out.
    for one in client("rds").describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]:
        yield "snapshot", one["DBClusterSnapshotIdentifier"]
    for one in client("elbv2").describe_load_balancers()["LoadBalancers"]:
        yield "balancer", one["LoadBalancerName"]
    for one in client("dynamodb").list_tables()["TableNames"]:
        yield "table", one
    for one in client("s3").list_buckets()["Buckets"]:
        yield "bucket", one["Name"]
    for one in client("ecr").describe_repositories()["repositories"]:
        yield "repository", one["repositoryName"]
    for one in client("efs").describe_file_systems()["FileSystems"]:
        yield "files", one["FileSystemId"]
    for one in client("logs").describe_log_groups()["logGroups"]:
        yield "logs", one["logGroupName"]
    for region in [HOME, COPIES]:
        for one in client("backup", region).list_backup_vaults()["BackupVaultList"]:
            yield "vault", one["BackupVaultName"]
    for one in client("iam").list_roles()["Roles"]:
        if "backup-role" in one["RoleName"]:
            yield "role", one["RoleName"]
    for region in [HOME, EDGE, COPIES]:
        kms = client("kms", region)
        for one in kms.list_keys()["Keys"]:
            if kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"]["KeyState"] != "PendingDeletion":
                yield "key", one["KeyId"]


if __name__ == "__main__":
    command, *files = sys.argv[1:]
    if command == "list":
        print("\n".join(f"{kind} {name}" for kind, name in everything()))
    else:
        {"fill": fill, "read": read, "delete": delete, "leave": leave}[command](*files)
