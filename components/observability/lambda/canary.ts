/**
 * The canary's entry: a browser from CloudWatch Synthetics, the account from Secrets Manager, the journey from its own
 * file.
 */
import { synthetics } from "@aws/synthetics-playwright";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Account, journey } from "./journey";

export { journey };

export async function handler(): Promise<void> {
  const { SITE = "", COURSE_ID, FILE_ID, QUIZ_ID, STEP_SECONDS, ACCOUNT_SECRET_ARN } = process.env;
  const secret = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: ACCOUNT_SECRET_ARN }));
  const account = JSON.parse(secret.SecretString ?? "") as Account;
  const settings = {
    site: SITE,
    courseId: Number(COURSE_ID),
    fileId: Number(FILE_ID),
    quizId: Number(QUIZ_ID),
    stepSeconds: Number(STEP_SECONDS),
  };
  try {
    const page = await synthetics.newPage(await synthetics.launch());
    await journey(page, settings, account, (name, work) => synthetics.executeStep(name, work));
  } finally {
    await synthetics.close();
  }
}
