import { awsDefaults } from "../lib/awsDefaults";
import { resourceRule } from "../lib/rule";
import { expect, pass, violation } from "../lib/verdict";

const topic = "aws:sns/topic:Topic";
const queue = "aws:sqs/queue:Queue";

export const messagesEncrypted = resourceRule({
  id: "messages-encrypted",
  group: "storage",
  severity: "medium",
  title: "SNS topics and SQS queues are encrypted at rest.",
  why: "Alarms and events name hosts, accounts and people; SNS does not encrypt unless it is told to.",
  fix: "Topic: set kmsMasterKeyId to a key whose policy lets the publishing AWS services use it. Queue: leave sqsManagedSseEnabled on, or set kmsMasterKeyId.",
  serves: ["Security Hub SNS.1", "Security Hub SQS.1", "Well-Architected SEC08-BP02"],
  example: `new aws.sns.Topic("alarms", { kmsMasterKeyId: key.arn });`,
  types: [topic, queue],
  limits: {},
  check: ({ type, props }) => {
    if (props.has("kmsMasterKeyId")) {
      return pass;
    }
    return type === topic
      ? violation("it has no kmsMasterKeyId")
      : expect(
          props.flag("sqsManagedSseEnabled"),
          (on) => on ?? awsDefaults.queueEncrypted.value,
          "sqsManagedSseEnabled is false",
        );
  },
});
