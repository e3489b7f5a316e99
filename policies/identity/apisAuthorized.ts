import { awsDefaults } from "../lib/awsDefaults";
import { documentLetsAnyoneIn } from "../lib/anyone";
import type { Resource } from "../lib/resource";
import { allowed, stackRule } from "../lib/rule";
import type { Stack } from "../lib/stack";
import { pass, undecided, violation, type Verdict, type Verdicts } from "../lib/verdict";
import { isUnknown, type Read, type View } from "../lib/view";

const restApi = "aws:apigateway/restApi:RestApi";
const restApiPolicy = "aws:apigateway/restApiPolicy:RestApiPolicy";
const method = "aws:apigateway/method:Method";
const httpApi = "aws:apigatewayv2/api:Api";
const route = "aws:apigatewayv2/route:Route";
const graph = "aws:appsync/graphQLApi:GraphQLApi";

export const apisAuthorized = stackRule({
  id: "apis-authorized",
  group: "identity",
  severity: "medium",
  title: "Every method, route and API asks who calls it.",
  why: "API Gateway and AppSync are on the internet by themselves: what asks for nothing is called by everybody, past the load balancer and its firewall.",
  fix: 'Set authorization (authorizationType of a route) to AWS_IAM, a JWT or Cognito authorizer, or a Lambda authorizer; name what must be open in openRoutes, such as "GET /health".',
  serves: ["Security Hub APIGateway.8", "Security Hub AppSync.5", "Well-Architected SEC03-BP01"],
  example: `new aws.apigatewayv2.Route("list", { apiId: api.id, routeKey: "GET /items", authorizationType: "JWT", authorizerId: authorizer.id, target });`,
  types: [restApi, method, httpApi, route, graph],
  limits: { openRoutes: allowed([], 'Methods and routes that everybody may call, such as "GET /health" or "GET".') },
  check: (resource, stack, limits) => {
    switch (resource.type) {
      case method:
        return isClosedApi(resource, stack) ? undefined : ofMethod(resource.props, limits.openRoutes);
      case route:
        return ofRoute(resource, stack, limits.openRoutes);
      case graph:
        return ofGraph(resource.props);
      case httpApi:
        return ofHttpApi(resource, limits.openRoutes);
      default:
        return isClosed(resource, stack) ? undefined : ofBody(resource.props, limits.openRoutes);
    }
  },
});

function ofMethod(props: View, open: readonly string[]): Verdict {
  const verb = props.text("httpMethod");
  // A browser asks with OPTIONS before it signs in.
  if (
    verb === "OPTIONS" ||
    (typeof verb === "string" && open.includes(verb)) ||
    props.flag("apiKeyRequired") === true
  ) {
    return pass;
  }
  return judge(props.text("authorization"), `method ${isUnknown(verb) ? "?" : (verb ?? "?")}`);
}

function ofRoute(resource: Resource, stack: Stack, open: readonly string[]): Verdicts | undefined {
  const { props } = resource;
  const key = props.text("routeKey");
  if (isUnknown(key)) {
    return undecided(key);
  }
  const [api] = stack.references(resource, "apiId", [httpApi]).exact;
  // Of a WebSocket only the connection is asked who it is.
  const isMessage = api?.props.text("protocolType") === "WEBSOCKET" && key !== "$connect";
  if (key === undefined || isMessage || /^(OPTIONS |\$disconnect$)/.test(key)) {
    return undefined;
  }
  return open.includes(key) || props.flag("apiKeyRequired") === true
    ? pass
    : judge(props.text("authorizationType"), `route "${key}"`);
}

function judge(kind: Read<string>, what: string): Verdict {
  return isUnknown(kind)
    ? undecided(kind)
    : (kind ?? awsDefaults.routeAuthorization.value) === "NONE"
      ? violation(`everybody may call it (${what} has authorization NONE)`)
      : pass;
}

/** A quick-created API has one route for everything, which asks for nothing. */
function ofHttpApi({ props }: Resource, open: readonly string[]): Verdicts | undefined {
  if (props.has("body")) {
    return ofBody(props, open);
  }
  if (!props.has("target")) {
    return undefined;
  }
  return open.includes("$default")
    ? pass
    : violation(
        "its target makes a route that everybody may call",
        "Leave target out, and add an Integration and a Route with an authorizer.",
      );
}

function ofGraph(props: View): readonly Verdict[] {
  const others = props.items("additionalAuthenticationProviders");
  const kinds = [
    props.text("authenticationType"),
    ...(isUnknown(others) ? [others] : others.map((one) => one.text("authenticationType"))),
  ];
  return kinds.map((kind) =>
    isUnknown(kind)
      ? undecided(kind)
      : kind === "API_KEY"
        ? violation(
            "whoever has a key of it may call it (authenticationType API_KEY)",
            "Use AWS_IAM, AMAZON_COGNITO_USER_POOLS, OPENID_CONNECT or AWS_LAMBDA.",
          )
        : pass,
  );
}

/** A private API, or one whose policy lets in only named callers, is not open whatever its methods say. */
function isClosedApi(resource: Resource, stack: Stack): boolean {
  return stack.references(resource, "restApi", [restApi]).exact.some((api) => isClosed(api, stack));
}

function isClosed(api: Resource, stack: Stack): boolean {
  const kinds = api.props.list("endpointConfiguration.types");
  const policies = [api, ...stack.referring(restApiPolicy, "restApiId", api).exact].filter(({ props }) =>
    props.has("policy"),
  );
  return (
    (!isUnknown(kinds) && kinds.includes("PRIVATE")) ||
    (policies.length > 0 && policies.every(({ props }) => documentLetsAnyoneIn(props, "policy") === false))
  );
}

/** An OpenAPI document: each operation names its security, or the document does for all. */
function ofBody(props: View, open: readonly string[]): Verdicts | undefined {
  const document = props.json("body");
  if (document === undefined || isUnknown(document)) {
    return document === undefined ? undefined : undecided(document);
  }
  const asks = (one: View): boolean => one.object("security").keys().length > 0;
  if (asks(document)) {
    return pass;
  }
  const paths = document.object("paths");
  return paths.keys().flatMap((path) => {
    const verbs = paths.child(path);
    return verbs
      .keys()
      .filter((verb) => /^(get|put|post|delete|patch|head|x-amazon-apigateway-any-method)$/.test(verb))
      .filter((verb) => !asks(verbs.child(verb)) && !verbs.child(verb).has("x-amazon-apigateway-auth"))
      .map((verb) => `${verb.startsWith("x-") ? "ANY" : verb.toUpperCase()} ${path}`)
      .map((key) => (open.includes(key) ? pass : violation(`everybody may call it ("${key}" has no security)`)));
  });
}
