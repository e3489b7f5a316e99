import type { Resource } from "../lib/resource";
import { permit, resourceRule } from "../lib/rule";
import { expect, pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown } from "../lib/view";

/** Which property says with whom each type is shared, and the word for everybody. */
const shares: Readonly<Record<string, readonly (readonly [path: string, everyone: string])[]>> = {
  "aws:ec2/amiLaunchPermission:AmiLaunchPermission": [["group", "all"]],
  "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": [["accountId", "all"]],
  "aws:rds/snapshot:Snapshot": [["sharedAccounts", "all"]],
  "aws:rds/clusterSnapshot:ClusterSnapshot": [["sharedAccounts", "all"]],
  "aws:rds/snapshotCopy:SnapshotCopy": [["sharedAccounts", "all"]],
  "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": [["sharedAccounts", "all"]],
  "aws:ssm/document:Document": [
    ["permissions.account_ids", "all"],
    ["permissions.accountIds", "all"],
  ],
  "aws:imagebuilder/distributionConfiguration:DistributionConfiguration": [
    ["distributions.*.amiDistributionConfiguration.launchPermission.userGroups", "all"],
  ],
  "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": [["principalArn", "*"]],
  "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess": [["state", "unblocked"]],
  "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess": [["state", "unblocked"]],
  "aws:storagegateway/nfsFileShare:NfsFileShare": [
    ["clientLists", "0.0.0.0/0"],
    ["clientLists", "::/0"],
  ],
  "aws:storagegateway/smbFileShare:SmbFileShare": [["authentication", "guestaccess"]],
  "aws:s3/bucketAclV2:BucketAclV2": [
    ["acl", "public-read"],
    ["acl", "public-read-write"],
    ["acl", "authenticated-read"],
  ],
  "aws:s3/bucketAcl:BucketAcl": [
    ["acl", "public-read"],
    ["acl", "public-read-write"],
    ["acl", "authenticated-read"],
  ],
  "aws:s3/bucketObject:BucketObject": [
    ["acl", "public-read"],
    ["acl", "public-read-write"],
  ],
  "aws:s3/bucketObjectv2:BucketObjectv2": [
    ["acl", "public-read"],
    ["acl", "public-read-write"],
  ],
};
const share = "aws:ram/resourceShare:ResourceShare";
const dataAccess = "aws:opensearch/serverlessAccessPolicy:ServerlessAccessPolicy";
const endpointService = "aws:ec2/vpcEndpointService:VpcEndpointService";
const publicGallery = "aws:ecrpublic/repository:Repository";
const aclGroups = /groups\/(global\/AllUsers|global\/AuthenticatedUsers)$/;

export const nothingSharedWithEveryone = resourceRule({
  id: "nothing-shared-with-everyone",
  group: "identity",
  severity: "critical",
  title: "No snapshot, image, document, file share or endpoint service is shared with everybody.",
  why: "A public snapshot holds the whole database, and is found by scanners within hours; nothing of the stack shows that it was copied.",
  fix: "Share it with the accounts that need it, by number.",
  serves: ["Security Hub RDS.1", "Security Hub EC2.1", "Security Hub SSM.4", "Well-Architected SEC03-BP07"],
  example: `new aws.ec2.AmiLaunchPermission("staging", { imageId: image.id, accountId: "111122223333" });`,
  types: [...Object.keys(shares), publicGallery, endpointService, share, dataAccess],
  limits: { externalShares: permit(false, "Whether resources may be shared with accounts outside the organisation.") },
  check: (resource, limits) => {
    switch (resource.type) {
      case share:
        return limits.externalShares
          ? undefined
          : expect(
              resource.props.flag("allowExternalPrincipals"),
              (on) => on !== true,
              "accounts outside the organisation may be added (allowExternalPrincipals)",
              "Leave allowExternalPrincipals out, or permit it in externalShares.",
            );
      case dataAccess:
        return ofDataAccess(resource);
      case publicGallery:
        return violation("it is a repository of the public gallery", "Use aws.ecr.Repository.");
      case endpointService:
        // Everybody may ask then, and is let in only by hand: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
        return resource.props.flag("acceptanceRequired") === true ? pass : ofPath(resource, "allowedPrincipals", "*");
      default:
        return [
          ...(shares[resource.type] ?? []).map(([path, everyone]) => ofPath(resource, path, everyone)),
          ofGrants(resource),
        ];
    }
  },
});

/** https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-data-access.html */
function ofDataAccess({ props }: Resource): Verdict | readonly Verdict[] | undefined {
  const document = props.json("policy");
  return document === undefined
    ? undefined
    : isUnknown(document)
      ? undecided(document)
      : document
          .keys()
          .map((key) => document.child(key).list("Principal"))
          .map((list) =>
            isUnknown(list)
              ? undecided(list)
              : list.some((one) => one === "*" || /^arn:[^:]*:iam::\*/.test(String(one)))
                ? violation("its data is for everybody (Principal)", "Name roles by their ARN.")
                : pass,
          );
}

function ofPath({ props }: Resource, path: string, everyone: string): Verdict {
  const [list, each] = path.split(".*.");
  const items = each === undefined ? undefined : props.items(list!);
  if (items !== undefined && isUnknown(items)) {
    return undecided(items);
  }
  const lists = items === undefined ? [props.list(path)] : items.map((one) => one.list(each!));
  const values = lists.flatMap((one) => (isUnknown(one) ? [one] : one));
  // A document of Systems Manager takes its accounts as one text with commas.
  if (
    values.some(
      (one) =>
        typeof one === "string" &&
        one
          .toLowerCase()
          .split(/\s*,\s*/)
          .includes(everyone),
    )
  ) {
    return violation(`${path.split(".*.").pop()} is "${everyone}"`);
  }
  const unknown = values.find(isUnknown);
  return unknown === undefined ? pass : undecided(unknown);
}

function ofGrants({ type, props }: Resource): Verdict {
  if (!type.startsWith("aws:s3/bucketAcl")) {
    return pass;
  }
  const grants = props.items("accessControlPolicy.grants");
  if (isUnknown(grants)) {
    return undecided(grants);
  }
  const open = grants.some((one) => aclGroups.test(String(one.at("grantee.uri") ?? "")));
  return open ? violation("a grant is for everyone") : pass;
}
