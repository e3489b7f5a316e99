import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";

export interface HttpApiArgs {
  readonly port: number;
  /** Routes with whether they need a token, as the plan has them. */
  readonly routes: Readonly<Record<string, boolean>>;
  readonly issuer: string;
  readonly audience: string;
  readonly handler: (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;
}

/**
 * An HTTP API of API Gateway with a JWT authorizer on loopback, as its documentation says: which routes there are, which tokens
 * it lets in, and which event the function gets. Its own limits: no throttling, and it knows the fields that are used here.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export class HttpApi {
  /** Route keys that reached the function. */
  readonly reached: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly args: HttpApiArgs,
  ) {
    server.on("request", (request, response) => {
      this.handle(request).then(
        ({ statusCode = 200, headers, body }) =>
          response.writeHead(statusCode, headers as Record<string, string>).end(body),
        (error: Error) => response.writeHead(500).end(JSON.stringify({ message: error.message })),
      );
    });
  }

  static async start(args: HttpApiArgs): Promise<HttpApi> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(args.port, "127.0.0.1", done));
    return new HttpApi(server, args);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async handle(request: IncomingMessage): Promise<APIGatewayProxyStructuredResultV2> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url!.split("?")[0]!;
    const routeKey = `${request.method} ${path}`;
    const guarded = this.args.routes[routeKey];
    if (guarded === undefined) return { statusCode: 404, body: '{"message":"Not Found"}' };
    const claims = guarded ? await this.claims(request.headers.authorization ?? "") : {};
    if (claims === undefined) return { statusCode: 401, body: '{"message":"Unauthorized"}' };
    this.reached.push(routeKey);
    return this.args.handler({
      version: "2.0",
      routeKey,
      rawPath: path,
      rawQueryString: "",
      headers: request.headers as Record<string, string>,
      requestContext: { http: { method: request.method!, path }, ...(guarded && { authorizer: { jwt: { claims } } }) },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks).toString("base64"), isBase64Encoded: true }),
    } as unknown as APIGatewayProxyEventV2);
  }

  /** The claims of a token that the authorizer lets in: signature, issuer, audience and times. */
  private async claims(authorization: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const [head = "", body = "", signature = ""] = authorization.replace(/^Bearer /, "").split(".");
    try {
      const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
      const { kid, alg } = decode(head);
      const claims = decode(body);
      const { jwks_uri } = (await (await fetch(`${this.args.issuer}/.well-known/openid-configuration`)).json()) as any;
      const { keys } = (await (await fetch(jwks_uri)).json()) as {
        readonly keys: readonly (JsonWebKey & { kid: string })[];
      };
      const key = createPublicKey({ key: keys.find((one) => one.kid === kid)!, format: "jwk" });
      const now = Date.now() / 1000;
      const good =
        alg === "RS256" &&
        verify("RSA-SHA256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url")) &&
        claims.iss === this.args.issuer &&
        [claims.aud ?? claims.client_id].flat().includes(this.args.audience) &&
        claims.exp > now &&
        (claims.nbf ?? 0) <= now;
      return good ? claims : undefined;
    } catch {
      return undefined;
    }
  }
}
