import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";

let database: ReturnType<typeof loadAwsServiceSpecSync> | undefined;

/** AWS's resource types and event schemas, as the packages of AWS CDK bring them. Read once. */
export const serviceSpec = () => (database ??= loadAwsServiceSpecSync());
