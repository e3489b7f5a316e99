/**
 * The components for programs in any language: `pulumi package add`. A schema knows texts, numbers, lists and objects,
 * but no choice between kinds of objects, so each class here has flat arguments and hands them to the component of the
 * same name, which checks them. Programs in TypeScript take the components themselves: they can do more.
 */
export { Backup } from "./backup";
export { Cache } from "./cache";
export { Cluster } from "./cluster";
export { Database } from "./database";
export { EncryptionKey } from "./encryptionKey";
export { Network } from "./network";
export { SharedFiles } from "./sharedFiles";
