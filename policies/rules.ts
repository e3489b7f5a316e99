import type { Rule } from "./lib/rule";
import { cacheEncryptedAtRest } from "./cache/cacheEncryptedAtRest";
import { cacheEncryptedInTransit } from "./cache/cacheEncryptedInTransit";
import { cacheFailover } from "./cache/cacheFailover";
import { sessionCacheNoEviction } from "./cache/sessionCacheNoEviction";
import { capacityProviderHeadroom } from "./compute/capacityProviderHeadroom";
import { groupMinInstances } from "./compute/groupMinInstances";
import { instanceMetadataV2 } from "./compute/instanceMetadataV2";
import { serviceCircuitBreaker } from "./compute/serviceCircuitBreaker";
import { serviceCountLeftToScaling } from "./compute/serviceCountLeftToScaling";
import { serviceKeepsServing } from "./compute/serviceKeepsServing";
import { serviceMinTasks } from "./compute/serviceMinTasks";
import { serviceScalesOnDemand } from "./compute/serviceScalesOnDemand";
import { serviceZoneSpread } from "./compute/serviceZoneSpread";
import { taskHardened } from "./compute/taskHardened";
import { taskImageByDigest } from "./compute/taskImageByDigest";
import { taskLogs } from "./compute/taskLogs";
import { taskMountsEncrypted } from "./compute/taskMountsEncrypted";
import { taskWithoutPlainSecrets } from "./compute/taskWithoutPlainSecrets";
import { instanceSizeCeiling } from "./cost/instanceSizeCeiling";
import { natGatewayCeiling } from "./cost/natGatewayCeiling";
import { auroraReaderInOtherZone } from "./database/auroraReaderInOtherZone";
import { databaseBackups } from "./database/databaseBackups";
import { databaseDeletionProtected } from "./database/databaseDeletionProtected";
import { databaseEncrypted } from "./database/databaseEncrypted";
import { databaseInstanceMultiAz } from "./database/databaseInstanceMultiAz";
import { databaseNotPublic } from "./database/databaseNotPublic";
import { databasePasswordManaged } from "./database/databasePasswordManaged";
import { enginesEncrypted } from "./database/enginesEncrypted";
import { enginesRedundant } from "./database/enginesRedundant";
import { databaseTlsRequired } from "./database/databaseTlsRequired";
import { cloudfrontCachedPaths } from "./edge/cloudfrontCachedPaths";
import { cloudfrontFirewall } from "./edge/cloudfrontFirewall";
import { cloudfrontMinTtlZero } from "./edge/cloudfrontMinTtlZero";
import { cloudfrontTls } from "./edge/cloudfrontTls";
import { endpointsTls } from "./edge/endpointsTls";
import { healthCheckLocal } from "./edge/healthCheckLocal";
import { listenerDefaultDeny } from "./edge/listenerDefaultDeny";
import { listenerTls } from "./edge/listenerTls";
import { loadBalancerHardened } from "./edge/loadBalancerHardened";
import { targetGroupDrains } from "./edge/targetGroupDrains";
import { apisAuthorized } from "./identity/apisAuthorized";
import { keyRotation } from "./identity/keyRotation";
import { leastPrivilege } from "./identity/leastPrivilege";
import { noAdminPolicies } from "./identity/noAdminPolicies";
import { nothingSharedWithEveryone } from "./identity/nothingSharedWithEveryone";
import { noLongLivedKeys } from "./identity/noLongLivedKeys";
import { resourcePoliciesNotPublic } from "./identity/resourcePoliciesNotPublic";
import { trustPinned } from "./identity/trustPinned";
import { userPoolsHardened } from "./identity/userPoolsHardened";
import { computeSpansZones } from "./network/computeSpansZones";
import { dataSubnetsIsolated } from "./network/dataSubnetsIsolated";
import { defaultSecurityGroupClosed } from "./network/defaultSecurityGroupClosed";
import { endpointsNotPublic } from "./network/endpointsNotPublic";
import { internalLoadBalancers } from "./network/internalLoadBalancers";
import { loadBalancersSpanZones } from "./network/loadBalancersSpanZones";
import { natGatewaysSpanZones } from "./network/natGatewaysSpanZones";
import { noOpenIngress } from "./network/noOpenIngress";
import { noPublicAddresses } from "./network/noPublicAddresses";
import { subnetGroupsSpanZones } from "./network/subnetGroupsSpanZones";
import { vpcFlowLogs } from "./network/vpcFlowLogs";
import { workloadsInPrivateSubnets } from "./network/workloadsInPrivateSubnets";
import { alarmsAct } from "./observability/alarmsAct";
import { cloudfrontLogs } from "./observability/cloudfrontLogs";
import { containerInsights } from "./observability/containerInsights";
import { databaseLogsExported } from "./observability/databaseLogsExported";
import { loadBalancerLogs } from "./observability/loadBalancerLogs";
import { logRetention } from "./observability/logRetention";
import { logsEncrypted } from "./observability/logsEncrypted";
import { bucketEncrypted } from "./storage/bucketEncrypted";
import { bucketPrivate } from "./storage/bucketPrivate";
import { bucketTlsOnly } from "./storage/bucketTlsOnly";
import { bucketVersioned } from "./storage/bucketVersioned";
import { backupVaultLocked } from "./storage/backupVaultLocked";
import { dataInBackupPlan } from "./storage/dataInBackupPlan";
import { fileSystemBackedUp } from "./storage/fileSystemBackedUp";
import { fileSystemEncrypted } from "./storage/fileSystemEncrypted";
import { fileSystemRegional } from "./storage/fileSystemRegional";
import { fsxResilient } from "./storage/fsxResilient";
import { messagesEncrypted } from "./storage/messagesEncrypted";
import { mountTargetsSpanZones } from "./storage/mountTargetsSpanZones";
import { repositoryImmutable } from "./storage/repositoryImmutable";
import { secretsRecoverable } from "./storage/secretsRecoverable";
import { statefulProtected } from "./storage/statefulProtected";
import { volumesEncrypted } from "./storage/volumesEncrypted";
import { requiredTags } from "./tagging/requiredTags";

/** Every rule of the pack, in the order of the catalogue. */
export const rules: readonly Rule[] = [
  // network
  computeSpansZones,
  dataSubnetsIsolated,
  defaultSecurityGroupClosed,
  endpointsNotPublic,
  internalLoadBalancers,
  loadBalancersSpanZones,
  natGatewaysSpanZones,
  noOpenIngress,
  noPublicAddresses,
  subnetGroupsSpanZones,
  vpcFlowLogs,
  workloadsInPrivateSubnets,
  // compute
  capacityProviderHeadroom,
  groupMinInstances,
  instanceMetadataV2,
  serviceCircuitBreaker,
  serviceCountLeftToScaling,
  serviceKeepsServing,
  serviceMinTasks,
  serviceScalesOnDemand,
  serviceZoneSpread,
  taskHardened,
  taskImageByDigest,
  taskLogs,
  taskMountsEncrypted,
  taskWithoutPlainSecrets,
  // database
  auroraReaderInOtherZone,
  databaseBackups,
  databaseDeletionProtected,
  databaseEncrypted,
  databaseInstanceMultiAz,
  databaseNotPublic,
  databasePasswordManaged,
  enginesEncrypted,
  enginesRedundant,
  databaseTlsRequired,
  // cache
  cacheEncryptedAtRest,
  cacheEncryptedInTransit,
  cacheFailover,
  sessionCacheNoEviction,
  // storage
  bucketEncrypted,
  bucketPrivate,
  bucketTlsOnly,
  bucketVersioned,
  backupVaultLocked,
  dataInBackupPlan,
  fileSystemBackedUp,
  fileSystemEncrypted,
  fileSystemRegional,
  fsxResilient,
  messagesEncrypted,
  mountTargetsSpanZones,
  repositoryImmutable,
  secretsRecoverable,
  statefulProtected,
  volumesEncrypted,
  // edge
  cloudfrontCachedPaths,
  cloudfrontFirewall,
  cloudfrontMinTtlZero,
  cloudfrontTls,
  endpointsTls,
  healthCheckLocal,
  listenerDefaultDeny,
  listenerTls,
  loadBalancerHardened,
  targetGroupDrains,
  // identity
  apisAuthorized,
  keyRotation,
  leastPrivilege,
  noAdminPolicies,
  noLongLivedKeys,
  nothingSharedWithEveryone,
  resourcePoliciesNotPublic,
  trustPinned,
  userPoolsHardened,
  // observability
  alarmsAct,
  cloudfrontLogs,
  containerInsights,
  databaseLogsExported,
  loadBalancerLogs,
  logRetention,
  logsEncrypted,
  // tagging
  requiredTags,
  // cost
  instanceSizeCeiling,
  natGatewayCeiling,
];
