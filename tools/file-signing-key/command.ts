import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { declare, start } from "../lib/command";
import { fileKeySecretName, generateFileKey } from "../lib/fileKey";
import { keyFingerprint } from "../../components/cdn/signedFiles";

/**
 * Makes the key pair whose public half CloudFront is given and whose private half Moodle signs with. The private half is
 * written to one file that only its owner can read, to be put into Secrets Manager and deleted: so it is never in
 * Pulumi's state, in a stack file or in a shell's history.
 */
export const command = declare({
  name: "file-signing-key",
  summary: "Make a key pair for signed file addresses; prints what to do with each half",
  options: {},
  run: (_, { print }) => {
    const { publicKey, privateKey } = generateFileKey();
    const name = keyFingerprint(publicKey);
    const folder = join(__dirname, "../../.offline/file-signing-keys");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, `${name}.pem`);
    writeFileSync(file, privateKey, { mode: 0o600, flag: "wx" });
    const path = relative(process.cwd(), file);
    print(`1. Put the private half into Secrets Manager, in the region of the stack, then delete the file:

   aws secretsmanager create-secret --region REGION --name ${fileKeySecretName(publicKey)} \\
     --secret-string file://${path} --query ARN --output text && rm ${path}

2. Give the stack the public half, and the ARN that was printed:

   moodle:edge:
     signedFiles:
       publicKeys:
         - |
${publicKey
  .trim()
  .split("\n")
  .map((line) => `           ${line}`)
  .join("\n")}
       privateKeySecretArn: ARN

   To replace a key that is in use: make rotate WHAT=file-signing-key STACK=... instead.`);
    return 0;
  },
});

if (require.main === module) {
  start(command);
}
