"use strict";

/**
 * The canary's entry: a browser from CloudWatch Synthetics, the account from Secrets Manager, the journey from its own
 * file.
 */

const { synthetics } = require("@aws/synthetics-playwright");
const { SecretsManagerClient, GetSecretValueCommand } = require("@aws-sdk/client-secrets-manager");
const { journey } = require("./journey.cjs");

exports.handler = async () => {
  const { SITE, COURSE_ID, FILE_ID, QUIZ_ID, STEP_SECONDS, ACCOUNT_SECRET_ARN } = process.env;
  const secret = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: ACCOUNT_SECRET_ARN }));
  const settings = {
    site: SITE,
    courseId: Number(COURSE_ID),
    fileId: Number(FILE_ID),
    quizId: Number(QUIZ_ID),
    stepSeconds: Number(STEP_SECONDS),
  };
  try {
    const page = await synthetics.newPage(await synthetics.launch());
    await journey(page, settings, JSON.parse(secret.SecretString), (name, work) => synthetics.executeStep(name, work));
  } finally {
    await synthetics.close();
  }
};
