/** `floor.ts <count>`: previews that many bare resources on the same engine and the same stand-in provider. */
import * as aws from "@pulumi/aws";
import { preview } from "../../offline/engine";

const count = Number(process.argv[2]);

function program(): void {
  const provider = new aws.Provider("bare", { region: "eu-west-2" });
  for (let index = 0; index < count - 2; index += 1) {
    new aws.sqs.Queue(`bare-${index}`, {}, { provider });
  }
}

preview("floor", { program, policyPacks: [] }).then((result) => process.exit(result.ok ? 0 : 1));
