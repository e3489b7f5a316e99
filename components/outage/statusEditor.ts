import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { join } from "node:path";
import { refuse, type Problem } from "../lib/invalid";
import { lambdaFunction } from "../lib/lambdaFunction";
import { retentionProblems } from "../lib/logRetention";
import { type IdentityProvider, signInOf } from "./editorSignIn";
import { publisherStatements } from "./permissions";
import type { PrivateBucket } from "../storage/bucket";

/** The function's code. */
export const editorEntry = join(__dirname, "lambda", "editor.ts");

/**
 * The store's client and its signer go into the bundle: Lambda's runtime has no SigV4A for Node.js, and a signer in the
 * bundle is unknown to a client of the runtime (https://github.com/aws/aws-sdk-js-v3/issues/5663).
 */
export const editorExternal = ["@aws-sdk/client-s3", "@aws-sdk/client-sns"];

export interface StatusEditorArgs {
  /** Bucket of the pages. */
  readonly bucket: Pick<PrivateBucket, "bucketName" | "arn">;
  /** Objects of the bucket that a publish reads and writes, as IAM has them. @example ["outage/status.html", "journal/*"] */
  readonly published: readonly string[];
  /** Key value store of the switch. */
  readonly keyValueStoreArn: pulumi.Input<string>;
  /** E-mail addresses that may publish. Without an identity provider each gets an invitation with a first password. */
  readonly editors: readonly string[];
  /** The university's own sign-in. @default none: accounts of their own, with a second factor */
  readonly identityProvider?: IdentityProvider | undefined;
  /** Gets a message for each publish. In us-east-1. */
  readonly signalsTopicArn: pulumi.Input<string>;
  readonly kmsKeyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
  /** Pulumi refuses to delete the accounts. @default false */
  readonly keepAccounts?: boolean;
}

/** Requests a second, and how many at once. Five editors who type, with their previews. */
const throttling = { throttlingRateLimit: 10, throttlingBurstLimit: 20 };

/**
 * A page on which people without AWS skills publish what is going on: status, feeds and the outage switch. Give it a
 * provider for us-east-1.
 *
 * It is at an address of its own, `https://<id>.execute-api.us-east-1.amazonaws.com/`, and shares no cookie, origin or region
 * with the site that it speaks about. One function serves the page to everybody and publishes for those who signed in: API
 * Gateway checks their token, the function their address.
 *
 * *Cost*: cents. Cognito has 10,000 active users a month for nothing, and 50 from SAML or OIDC
 * (https://aws.amazon.com/cognito/pricing/). *Failure*: without us-east-1 there is no sign-in and no page; the switch still
 * turns by `make outage` or the CloudFront console, where those answer.
 */
export class StatusEditor extends pulumi.ComponentResource {
  readonly apiId: pulumi.Output<string>;
  /** Address of the page. */
  readonly url: pulumi.Output<string>;
  readonly userPoolId: pulumi.Output<string>;
  /** For the university's identity provider: where it sends people back, and the audience of SAML. */
  readonly signInAddress: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: StatusEditorArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:outage:StatusEditor", name, {}, opts);
    refuse(this, problemsOf(args));
    const child = { parent: this };

    const api = new aws.apigatewayv2.Api(
      `${name}-api`,
      { protocolType: "HTTP", description: "The status editor", name },
      child,
    );
    this.apiId = api.id;
    this.url = pulumi.interpolate`${api.apiEndpoint}/`;
    const signIn = signInOf(name, { ...args, url: this.url }, child);
    const { lambda, logGroupName } = lambdaFunction(
      name,
      {
        description: "Serves the status editor and publishes what editors say",
        entry: editorEntry,
        external: editorExternal,
        statements: publisherStatements(args),
        environment: {
          BUCKET: args.bucket.bucketName,
          KEY_VALUE_STORE_ARN: args.keyValueStoreArn,
          TOPIC_ARN: args.signalsTopicArn,
          EDITORS: JSON.stringify(args.editors.map((one) => one.toLowerCase())),
          SIGN_IN: signIn.address,
          CLIENT_ID: signIn.clientId,
        },
        // API Gateway waits for 30 seconds at most.
        timeoutSeconds: 25,
        // SigV4A in JavaScript is work: a small share of a CPU would take seconds for it.
        memoryMegabytes: 1024,
        kmsKeyArn: args.kmsKeyArn,
        logRetentionDays: args.logRetentionDays,
      },
      child,
    );
    routes(name, { api, signIn, lambda, args }, child);

    this.userPoolId = signIn.userPoolId;
    this.signInAddress = signIn.address;
    this.logGroupName = logGroupName;
    this.registerOutputs({
      apiId: this.apiId,
      url: this.url,
      userPoolId: this.userPoolId,
      signInAddress: this.signInAddress,
      logGroupName: this.logGroupName,
    });
  }
}

interface Parts {
  readonly api: aws.apigatewayv2.Api;
  readonly signIn: { readonly clientId: pulumi.Output<string>; readonly issuer: pulumi.Output<string> };
  readonly lambda: aws.lambda.Function;
  readonly args: Pick<StatusEditorArgs, "kmsKeyArn" | "logRetentionDays">;
}

/**
 * A line for each request, refused ones too: who asked, from where, for what.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const requestLine = JSON.stringify({
  time: "$context.requestTime",
  request: "$context.requestId",
  from: "$context.identity.sourceIp",
  who: "$context.authorizer.claims.email",
  route: "$context.routeKey",
  status: "$context.status",
  error: "$context.authorizer.error",
});

/** The page is open, and holds nothing; everything else needs a token of this pool for this client. */
function routes(name: string, { api, signIn, lambda, args }: Parts, child: pulumi.CustomResourceOptions): void {
  const authorizer = new aws.apigatewayv2.Authorizer(
    `${name}-authorizer`,
    {
      apiId: api.id,
      name: "editors",
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      // ID tokens, which name the person: their audience is the client
      // (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html).
      jwtConfiguration: { audiences: [signIn.clientId], issuer: signIn.issuer },
    },
    child,
  );
  const integration = new aws.apigatewayv2.Integration(
    `${name}-integration`,
    {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: lambda.invokeArn,
      payloadFormatVersion: "2.0",
    },
    child,
  );
  const target = pulumi.interpolate`integrations/${integration.id}`;
  const guarded = { authorizationType: "JWT", authorizerId: authorizer.id };
  const all: readonly (readonly [role: string, routeKey: string, access: object])[] = [
    ["page", "GET /", {}],
    ["state", "GET /api/state", guarded],
    ["preview", "POST /api/preview", guarded],
    ["publish", "POST /api/publish", guarded],
  ];
  const made = all.map(
    ([role, routeKey, access]) =>
      new aws.apigatewayv2.Route(`${name}-${role}`, { apiId: api.id, routeKey, target, ...access }, child),
  );
  const requests = new aws.cloudwatch.LogGroup(
    `${name}-request-log`,
    { retentionInDays: args.logRetentionDays, kmsKeyId: args.kmsKeyArn },
    child,
  );
  new aws.apigatewayv2.Stage(
    `${name}-stage`,
    {
      apiId: api.id,
      name: "$default",
      autoDeploy: true,
      defaultRouteSettings: throttling,
      accessLogSettings: { destinationArn: requests.arn, format: requestLine },
    },
    { ...child, dependsOn: made },
  );
  new aws.lambda.Permission(
    `${name}-permission`,
    {
      action: "lambda:InvokeFunction",
      function: lambda.name,
      principal: "apigateway.amazonaws.com",
      sourceArn: pulumi.interpolate`${api.executionArn}/*`,
    },
    child,
  );
}

function problemsOf(args: StatusEditorArgs): Problem[] {
  const problems = [...retentionProblems("logRetentionDays", args.logRetentionDays)];
  if (args.editors.length === 0) {
    const fix = "Name whoever may publish.";
    problems.push({ path: "editors", given: [], allowed: "one address or more", fix });
  }
  for (const [index, given] of args.editors.entries()) {
    const path = `editors[${index}]`;
    const same = args.editors.findIndex((one) => one.toLowerCase() === given.toLowerCase()) < index;
    if (!/^[^\s@]+@[^\s@]+$/.test(given)) {
      problems.push({ path, given, allowed: "an e-mail address", fix: "Write it as name@example.org." });
    } else if (same) {
      problems.push({ path, given, allowed: "each address once", fix: "Take one out." });
    }
  }
  return problems;
}
