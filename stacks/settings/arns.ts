/**
 * ARNs in stack files, as strict as their service writes them: AWS would refuse a wrong one in the middle of an update.
 * Names and paths of IAM: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const arns = {
  /** With the six characters that Secrets Manager adds to the name. */
  secret: /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/,
  key: /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f-]{36})$/,
  role: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
  policy: /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,512}$/,
  /** A role or a user. */
  principal: /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]{1,512}$/,
  /** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html */
  vault: /^arn:aws[a-z-]*:backup:[a-z0-9-]+:\d{12}:backup-vault:[A-Za-z0-9_-]{2,50}$/,
  /** A snapshot of a cluster; those of AWS Backup have a name with a colon. */
  clusterSnapshot: /^arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:cluster-snapshot:(awsbackup:|rds:)?[A-Za-z0-9-]{1,255}$/,
} as const;
