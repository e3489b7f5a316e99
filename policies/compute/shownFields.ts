import { awsDefaults } from "../lib/awsDefaults";
import { gunzipSync } from "node:zlib";
import type { Resource } from "../lib/resource";
import { isSecretName } from "../lib/secretForm";
import { assetTexts } from "../lib/receivedSecrets";
import { isUnknown, type Unknown, type View } from "../lib/view";

/** One value that everybody sees who may describe the resource. */
export interface Shown {
  /** The property that holds it, or the map or list of which it is one. */
  readonly path: string;
  /** Where it is, in a reader's words. */
  readonly where: string;
  /** The name of a variable, label or option; undefined for a command line or a script. */
  readonly name?: string;
  readonly value: unknown;
  /** Of a program or a file, where a word after `token:` may be a variable, and only a literal shows something. */
  readonly isFile?: true;
  /** Of a property that nothing more is known of than its form. */
  readonly anywhere?: true;
}

type Fields = (resource: Resource) => readonly (Shown | Unknown)[];

const userData: Fields = ({ props }) => [
  ...script(props, "userData", "user data"),
  ...script(props, "userDataBase64", "user data"),
];

const template: Fields = ({ props }) => [
  ...map(props, "parameters", "its parameters"),
  ...script(props, "templateBody", "its template"),
];

const object: Fields = ({ urn, props }) => [
  ...files(urn),
  ...file(props, "content", "its content"),
  ...file(props, "contentBase64", "its content"),
  ...map(props, "metadata", "its metadata"),
];

/** By type, what its Describe, Get or List call shows to readers: everything but references to secrets. */
const shown: Readonly<Record<string, Fields>> = {
  "aws:ecs/taskDefinition:TaskDefinition": ({ props }) => [
    ...document(props, "containerDefinitions", ofContainer),
    ...each(props, "volumes", (one) => map(one, "dockerVolumeConfiguration.driverOpts", "a volume")),
    ...map(props, "proxyConfiguration.properties", "its proxy"),
  ],
  "aws:batch/jobDefinition:JobDefinition": ({ props }) => [
    ...["containerProperties", "ecsProperties", "nodeProperties"].flatMap((path) => document(props, path, ofJob)),
    ...["containers", "initContainers"].flatMap((kind) =>
      each(props, `eksProperties.podProperties.${kind}`, (one) => [
        ...list(one, "envs", "its container"),
        ...["args", "commands"].flatMap((path) => line(one, path, "its container")),
      ]),
    ),
  ],
  "aws:lambda/function:Function": ({ urn, props }) => [
    ...map(props, "environment.variables", "its environment"),
    ...files(urn),
  ],
  "aws:codebuild/project:Project": ({ props }) => [
    ...list(
      props,
      "environment.environmentVariables",
      "its environment",
      (one) => (one.text("type") ?? awsDefaults.buildVariable.value) === "PLAINTEXT",
    ),
    ...script(props, "source.buildspec", "its build specification"),
    ...each(props, "secondarySources", (one) => script(one, "buildspec", "its build specification")),
  ],
  "aws:codepipeline/pipeline:Pipeline": ({ props }) =>
    each(props, "stages", (stage) => each(stage, "actions", (one) => map(one, "configuration", "an action"))),
  "aws:ssm/parameter:Parameter": ({ name, props }) => {
    const type = props.text("type");
    const called = props.text("name");
    return type === "SecureString"
      ? []
      : [
          {
            path: "value",
            where: "it is no SecureString",
            name: last(typeof called === "string" ? called : name),
            value: props.at("value") ?? props.at("insecureValue"),
          },
        ];
  },
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": ({ props }) =>
    ["runCommandParameters", "automationParameters"].flatMap((kind) =>
      each(props, `taskInvocationParameters.${kind}.parameters`, (one) => line(one, "values", "its parameters")),
    ),
  "aws:ec2/instance:Instance": userData,
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": userData,
  "aws:ec2/launchConfiguration:LaunchConfiguration": userData,
  "aws:ec2/launchTemplate:LaunchTemplate": userData,
  "aws:lightsail/instance:Instance": userData,
  "aws:imagebuilder/imageRecipe:ImageRecipe": userData,
  "aws:apprunner/service:Service": ({ props }) =>
    [
      "sourceConfiguration.imageRepository.imageConfiguration.runtimeEnvironmentVariables",
      "sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.runtimeEnvironmentVariables",
    ]
      .flatMap((path) => map(props, path, "its environment"))
      .concat(
        [
          "sourceConfiguration.imageRepository.imageConfiguration.startCommand",
          "sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.startCommand",
          "sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.buildCommand",
        ].flatMap((path) => script(props, path, "its command")),
      ),
  "aws:amplify/app:App": ({ props }) => [
    ...map(props, "environmentVariables", "its environment"),
    ...script(props, "buildSpec", "its build specification"),
  ],
  "aws:amplify/branch:Branch": ({ props }) => map(props, "environmentVariables", "its environment"),
  "aws:elasticbeanstalk/environment:Environment": ({ props }) => list(props, "settings", "its settings"),
  "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate": ({ props }) =>
    list(props, "settings", "its settings"),
  "aws:glue/job:Job": ({ props }) =>
    ["defaultArguments", "nonOverridableArguments"].flatMap((path) => map(props, path, "its arguments")),
  "aws:glue/trigger:Trigger": ({ props }) => each(props, "actions", (one) => map(one, "arguments", "its arguments")),
  "aws:glue/connection:Connection": ({ props }) => map(props, "connectionProperties", "its properties"),
  "aws:emr/cluster:Cluster": ({ props }) => [
    ...each(props, "steps", (one) => line(one, "hadoopJarStep.args", "a step")),
    ...each(props, "bootstrapActions", (one) => line(one, "args", "a bootstrap action")),
    ...script(props, "configurationsJson", "its configuration"),
  ],
  "aws:sagemaker/model:Model": ({ props }) => [
    ...map(props, "primaryContainer.environment", "its environment"),
    ...each(props, "containers", (one) => map(one, "environment", "its environment")),
  ],
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": ({ props }) =>
    ["onCreate", "onStart"].flatMap((path) => script(props, path, "its script")),
  "aws:kinesisanalyticsv2/application:Application": ({ props }) =>
    each(props, "applicationConfiguration.environmentProperties.propertyGroups", (one) =>
      map(one, "propertyMap", "its environment"),
    ),
  "aws:apigateway/stage:Stage": ({ props }) => map(props, "variables", "its variables"),
  "aws:apigatewayv2/stage:Stage": ({ props }) => map(props, "stageVariables", "its variables"),
  "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion": ({ props }) =>
    script(props, "content", "its content"),
  "aws:synthetics/canary:Canary": ({ props }) => map(props, "runConfig.environmentVariables", "its environment"),
  "aws:mwaa/environment:Environment": ({ props }) => map(props, "airflowConfigurationOptions", "its options"),
  "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion": ({ props }) =>
    each(props, "containers", (one) => [
      ...map(one, "environment", "its environment"),
      ...line(one, "commands", "its command"),
    ]),
  "aws:cloudformation/stack:Stack": template,
  "aws:cloudformation/stackSet:StackSet": template,
  "aws:cloudfront/function:Function": ({ props }) => file(props, "code", "its code"),
  "aws:s3/bucketObject:BucketObject": object,
  "aws:s3/bucketObjectv2:BucketObjectv2": object,
  // The history of an image shows the arguments of its build: https://docs.docker.com/build/building/secrets/
  "docker:index/image:Image": ({ props }) => map(props, "build.args", "its build"),
  "docker-build:index:Image": ({ props }) => map(props, "buildArgs", "its build"),
  // A subscriber's address is listed with the topic: https://docs.aws.amazon.com/sns/latest/api/API_Subscription.html
  "aws:sns/topicSubscription:TopicSubscription": ({ props }) =>
    /^https?$/.test(String(props.text("protocol"))) ? script(props, "endpoint", "its endpoint") : [],
  "aws:ssm/association:Association": ({ props }) => map(props, "parameters", "its parameters"),
  "aws:pipes/pipe:Pipe": ({ props }) =>
    ["targetParameters", "enrichmentParameters"].flatMap((side) => [
      ...script(props, `${side}.inputTemplate`, "its input"),
      ...map(props, `${side}.httpParameters.headerParameters`, "its headers"),
      ...map(props, `${side}.httpParameters.queryStringParameters`, "its address"),
    ]),
  "aws:cloudwatch/eventTarget:EventTarget": ({ props }) => [
    ...script(props, "input", "its input"),
    ...script(props, "inputTransformer.inputTemplate", "its input"),
    ...map(props, "httpTarget.headerParameters", "its headers"),
    ...map(props, "httpTarget.queryStringParameters", "its address"),
  ],
  "aws:cloudwatch/eventApiDestination:EventApiDestination": ({ props }) =>
    script(props, "invocationEndpoint", "its address"),
  "aws:scheduler/schedule:Schedule": ({ props }) => script(props, "target.input", "its input"),
  "aws:sfn/stateMachine:StateMachine": ({ props }) => script(props, "definition", "its definition"),
  "aws:ssm/document:Document": ({ props }) => script(props, "content", "its content"),
  "aws:imagebuilder/component:Component": ({ props }) => script(props, "data", "its document"),
  "aws:imagebuilder/containerRecipe:ContainerRecipe": ({ props }) =>
    script(props, "dockerfileTemplateData", "its Dockerfile"),
  "aws:mskconnect/connector:Connector": ({ props }) => map(props, "connectorConfiguration", "its configuration"),
  "aws:mskconnect/workerConfiguration:WorkerConfiguration": ({ props }) =>
    script(props, "propertiesFileContent", "its properties"),
  "aws:eks/addon:Addon": ({ props }) => script(props, "configurationValues", "its configuration"),
  "aws:serverlessrepository/cloudFormationStack:CloudFormationStack": ({ props }) =>
    map(props, "parameters", "its parameters"),
  "aws:cloudformation/stackSetInstance:StackSetInstance": ({ props }) =>
    map(props, "parameterOverrides", "its parameters"),
  "aws:cloudformation/stackInstances:StackInstances": ({ props }) => map(props, "parameterOverrides", "its parameters"),
  "aws:glue/workflow:Workflow": ({ props }) => map(props, "defaultRunProperties", "its properties"),
  "aws:sagemaker/pipeline:Pipeline": ({ props }) => script(props, "pipelineDefinition", "its definition"),
  "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig": ({ props }) =>
    script(props, "studioLifecycleConfigContent", "its script"),
  "aws:redshiftdata/statement:Statement": ({ props }) => script(props, "sql", "its statement"),
  "aws:dynamodb/tableItem:TableItem": ({ props }) => script(props, "item", "it"),
  "aws:appsync/function:Function": ({ props }) => [
    ...file(props, "code", "its code"),
    ...script(props, "requestMappingTemplate", "its template"),
  ],
  "aws:appsync/resolver:Resolver": ({ props }) => [
    ...file(props, "code", "its code"),
    ...script(props, "requestTemplate", "its template"),
  ],
  "aws:cloudcontrol/resource:Resource": ({ props }) => script(props, "desiredState", "its state"),
  "aws:gamelift/fleet:Fleet": ({ props }) =>
    each(props, "runtimeConfiguration.serverProcesses", (one) => script(one, "parameters", "a process")),
  "aws:dms/endpoint:Endpoint": ({ props }) => script(props, "extraConnectionAttributes", "its attributes"),
  "aws:ec2/spotFleetRequest:SpotFleetRequest": ({ props }) =>
    each(props, "launchSpecifications", (one) => script(one, "userData", "user data")),
  // A literal stands in quotes, and the rest is a mapping: https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
  "aws:apigateway/integration:Integration": ({ props }) =>
    map(props, "requestParameters", "its parameters").filter(
      (one) => isUnknown(one) || (typeof one.value === "string" && /^'.*'$/.test(one.value)),
    ),
  "aws:apigatewayv2/integration:Integration": ({ props }) => map(props, "requestParameters", "its parameters"),
};

export const shownTypes: readonly string[] = Object.keys(shown);

export function shownFields(resource: Resource): readonly (Shown | Unknown)[] {
  return [...(shown[resource.type]?.(resource) ?? []), ...tags(resource)];
}

/** Of these the values are what the resource keeps, and no call but one for them gives them away. */
const kept = /^aws:(secretsmanager\/|ssm\/parameter:|acm\/|iam\/serverCertificate:)/;
/**
 * Headers by which a load balancer knows its CDN are written there and nowhere else; what a mapping of API Gateway says is
 * judged with its own type.
 */
const leftOut = new Set(["customHeaders", "requestParameters", "responseParameters", "tags", "tagsAll"]);
/** As the API's own properties are written; another key was chosen by the program. */
const ofApi = /^[a-z][A-Za-z0-9]*$/;

/**
 * What any type shows, without knowing it: every text, and by name what has a name that the program chose: a pair such as
 * `{ name, value }`, or a key of a map. Properties that an API takes and does not give back are called so (`masterPassword`).
 */
export function shownAnywhere({ type, props }: Resource): readonly Shown[] {
  return kept.test(type) ? [] : textsIn(props, "");
}

/** Kinds of a build's variable whose value is the name of a secret. */
const elsewhere = ["SECRETS_MANAGER", "PARAMETER_STORE"];

function textsIn(view: View, path: string): readonly Shown[] {
  // What EventBridge keeps as a secret it does not show, and a build names secrets that are elsewhere.
  if (view.flag("isValueSecret") === true || elsewhere.includes(String(view.text("type")))) {
    return [];
  }
  const called = ["name", "key", "parameterKey"].map((one) => view.entry(one)).find((one) => typeof one === "string");
  return view.keys().flatMap((key): readonly Shown[] => {
    const where = path === "" ? key : `${path}.${key}`;
    const value = view.entry(key);
    if (leftOut.has(key) || (ofApi.test(key) && isSecretName(key)) || isUnknown(value)) {
      return [];
    }
    if (typeof value !== "string") {
      return value !== null && typeof value === "object" ? textsIn(view.child(key), where) : [];
    }
    const name = /^(value|parameterValue)$/.test(key) ? called : ofApi.test(key) || /^\d+$/.test(key) ? undefined : key;
    return [{ path: where, where, value, anywhere: true, ...(typeof name === "string" ? { name } : {}) }];
  });
}

/** Tags are read by everybody who may list resources. Which there are matters to another rule. */
function tags({ props }: Resource): readonly (Shown | Unknown)[] {
  return map(props, "tags", "its tags").filter((one) => !isUnknown(one));
}

function last(path: string): string {
  return path.split("/").pop() ?? path;
}

/** A map of names and values. The names are known even where a value is not. */
function map(props: View, path: string, where: string): readonly (Shown | Unknown)[] {
  const found = props.at(path);
  if (isUnknown(found)) {
    return [found];
  }
  const object = props.object(path);
  return object.keys().map((name) => ({ path, where, name: name.replace(/^--/, ""), value: object.entry(name) }));
}

function list(
  props: View,
  path: string,
  where: string,
  take: (one: View) => boolean = () => true,
): readonly (Shown | Unknown)[] {
  const items = props.items(path);
  return isUnknown(items)
    ? [items]
    : items
        .filter((one) => !isUnknown(one.at("name")))
        .filter(take)
        .map((one) => pair(one, path, where));
}

function pair(one: View, path: string, where: string): Shown {
  return { path, where, name: String(one.scalar("name") ?? ""), value: one.at("value") };
}

function each(
  props: View,
  path: string,
  of: (one: View) => readonly (Shown | Unknown)[],
): readonly (Shown | Unknown)[] {
  const items = props.items(path);
  return isUnknown(items) ? [items] : items.flatMap(of);
}

/** A text that may be in Base64, as a launch template takes it, and packed, as cloud-init does. */
function script(props: View, path: string, where: string): readonly (Shown | Unknown)[] {
  const value = props.scalar(path);
  return value === undefined ? [] : [{ path, where, value: isUnknown(value) ? value : decoded(value) }];
}

/** The files that the program writes itself. */
function files(urn: string): readonly Shown[] {
  return assetTexts(urn).map((value) => ({ path: "", where: "a file of it", value, isFile: true }));
}

/** A program or a file as a whole. */
function file(props: View, path: string, where: string): readonly (Shown | Unknown)[] {
  return script(props, path, where).map((one) => (isUnknown(one) ? one : { ...one, isFile: true }));
}

const base64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decoded(text: string): string {
  const compact = text.replace(/\s+/g, "");
  const bytes = Buffer.from(base64.test(compact) ? compact : "", "base64");
  const plain = unpacked(bytes).toString("utf8");
  // What is no text was a word that only looks encoded.
  return plain === "" || plain.includes("\uFFFD") ? text : plain;
}

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    return bytes;
  }
}

/** The words that are known, as a shell has them. */
function commandLine(words: readonly unknown[]): string {
  return words.filter((word) => !isUnknown(word)).join(" ");
}

/** A list of words that is one command line. */
function line(props: View, path: string, where: string): readonly (Shown | Unknown)[] {
  const words = props.list(path);
  return isUnknown(words) ? [words] : [{ path, where, value: commandLine(words) }];
}

function document(
  props: View,
  path: string,
  of: (one: View, where: string) => readonly (Shown | Unknown)[],
): readonly (Shown | Unknown)[] {
  const parsed = props.json(path);
  if (parsed === undefined || isUnknown(parsed)) {
    return parsed === undefined ? [] : [{ path, where: "its containers", value: parsed }];
  }
  return of(parsed, path).map((one) => (isUnknown(one) ? one : { ...one, path }));
}

/** A list of containers, as a task definition has it. */
function ofContainer(parsed: View): readonly (Shown | Unknown)[] {
  return parsed.keys().flatMap((key) => container(parsed.object(key), key));
}

/** One container, or a tree of some: a job definition. */
function ofJob(parsed: View): readonly (Shown | Unknown)[] {
  const nested = [
    ...nestedIn(parsed, "taskProperties", "containers"),
    ...nestedIn(parsed, "nodeRangeProperties", "container"),
  ];
  return [...container(parsed, "its container"), ...nested];
}

function nestedIn(parsed: View, outer: string, inner: string): readonly (Shown | Unknown)[] {
  return each(parsed, outer, (one) => each(one, inner, (each1) => container(each1, "its container")));
}

function container(one: View, key: string): readonly (Shown | Unknown)[] {
  const called = one.text("name");
  const where = typeof called === "string" ? `container "${called}"` : `container ${key}`;
  const lines = ["command", "entryPoint", "healthCheck.command"].flatMap((path): readonly (Shown | Unknown)[] => {
    const words = one.list(path);
    return isUnknown(words)
      ? [words]
      : words.length === 0
        ? []
        : [
            {
              path: "",
              where,
              value: commandLine(words),
            },
          ];
  });
  const maps = ["dockerLabels", "logConfiguration.options", "firelensConfiguration.options"].flatMap((path) =>
    map(one, path, where),
  );
  const hosts = each(one, "extraHosts", (host) => script(host, "hostname", where));
  return [...list(one, "environment", where), ...lines, ...maps, ...hosts];
}
