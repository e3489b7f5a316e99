import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** One person, with what the sign-in asks of them. */
export interface Person {
  readonly email: string;
  readonly password: string;
  /** Of the authenticator app. */
  readonly code: string;
}

/**
 * A real OpenID Connect server (the package oidc-provider) in the place of a Cognito user pool, at the paths of Cognito's
 * domain. Its own: the sign-in form, and codes of the second factor that do not change.
 */
export class UniversitySignIn {
  private constructor(
    readonly address: string,
    private readonly server: Server,
  ) {}

  static async start(port: number, client: { readonly id: string; readonly url: string }, people: readonly Person[]) {
    const address = `http://localhost:${port}`;
    const { default: Provider } = await import("oidc-provider");
    const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
    const provider = new Provider(address, {
      clients: [
        {
          client_id: client.id,
          token_endpoint_auth_method: "none",
          redirect_uris: [client.url],
          post_logout_redirect_uris: [client.url],
          grant_types: ["authorization_code", "refresh_token"],
          response_types: ["code"],
        },
      ],
      jwks: { keys: [{ ...key, use: "sig", alg: "RS256", kid: "1" }] },
      cookies: { keys: [randomBytes(16).toString("hex")] },
      ttl: { Interaction: 600, Grant: 3600, Session: 3600, AccessToken: 3600, IdToken: 3600, RefreshToken: 3600 },
      scopes: ["openid", "email"],
      claims: { openid: ["sub"], email: ["email"] },
      // Cognito puts the address into the ID token.
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      routes: {
        authorization: "/oauth2/authorize",
        token: "/oauth2/token",
        jwks: "/.well-known/jwks.json",
        end_session: "/logout",
      },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `/sign-in/${uid}` },
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, email: id }) }),
      issueRefreshToken: () => true,
      clientBasedCORS: () => true,
      // Nobody is asked whether the editor's page may know their address.
      loadExistingGrant: async ({ oidc }: Context) => {
        const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
        grant.addOIDCScope("openid email");
        await grant.save();
        return grant;
      },
    });
    const rest = provider.callback();
    const page = async (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const given = new URLSearchParams(Buffer.concat(chunks).toString());
      const person = people.find(({ email }) => email === given.get("email"));
      if (person !== undefined && person.password === given.get("password") && person.code === given.get("code")) {
        const result = { login: { accountId: person.email } };
        return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
      }
      const wrong = request.method === "POST" ? '<p role="alert">Incorrect user name, password or code.</p>' : "";
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end(
        `<!doctype html><html lang="en"><title>Sign in</title><h1>Sign in</h1>${wrong}<form method="post">` +
          ["email", "password", "code"].map((name) => `<label>${name} <input name="${name}"></label>`).join("") +
          "<button>Sign in</button></form></html>",
      );
    };
    const server = createServer((request, response) => {
      if (request.url?.startsWith("/sign-in/")) {
        page(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
      } else {
        void rest(request, response);
      }
    });
    await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
    return new UniversitySignIn(address, server);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

interface Context {
  readonly oidc: { readonly session: { readonly accountId: string }; readonly client: { readonly clientId: string } };
}
