import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { root } from "../../offline/stackFiles";

/** Characters that people write into texts, and that field patterns of AWS's APIs often exclude. */
export const probes = ["'", '"', "&", "<", "\\", "\n", "é", "学", "😀", "$", "{", "%", "#", ",", ";", "*", " ", "+"];

/** Example public key, in the form that the settings take. */
export const publicKey = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo
4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0/IzW7yWR7QkrmBL7jTKEn5u
+qKhbwKfBstIs+bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyeh
kd3qqGElvW/VDL5AaWTg0nLVkjRo9z+40RQzuVaE8AkAFmxZzow3x+VJYKdjykkJ
0iT9wCS0DRTXu269V264Vf/3jvredZiKRkgwlL9xNAwxXFg0x/XFw005UWVRIkdg
cKWTjpBP2dPwVZ4WWC+9aGVd+Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbjXfbc
mwIDAQAB
-----END PUBLIC KEY-----
`;

/** Every text and list of texts of a stack file with its most hostile values, once for each choice of `kind`. */
export const hostileSettings: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "hostile texts": {
    owner: `Zoë @ Ünï/学: ${"+".repeat(242)}`,
    costCentre: "é+=@:/.-_ 学",
    alertEmail: "o'brien+alerts@example.org",
    tags: { "Kostenstelle é:/=+-@._ 学": `é ${"=".repeat(254)}` },
    iam: { path: "/a+=,.@-b/", permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/a+=,.@-b/c" },
    backup: { copyRegion: "eu-west-1", breakGlassRoleArn: "arn:aws:iam::123456789012:role/a+=,.@-_/b" },
    dns: { hostedZoneId: "Z0123456789EXAMPLE00", roleArn: "arn:aws:iam::123456789012:role/a+=,.@-_/b" },
    network: {
      outbound: [{ port: 636, cidrs: ["192.0.2.0/24"], description: `L&D {x}; #1, *$ (a) [b] ${"=".repeat(220)}` }],
    },
    edge: {
      signedFiles: {
        publicKeys: [` \n${publicKey}\t\n`],
        privateKeySecretArn: "arn:aws:secretsmanager:eu-west-2:123456789012:secret:a/_+=.@-b-AbCdEf",
      },
      outage: {
        timeZone: "Etc/GMT+5",
        organisation: "L'Université d'Été & <Fils> \"Ünï\" \\ 学 😀 ${x} `y`",
        service: 'Moodle\'s "é" & <b> \\ ${x} *',
        contact: "https://help.example.org/a?b=1&c=%C3%A9#d;e,f*g$h+i'j",
        logo: "<svg xmlns='http://www.w3.org/2000/svg'><title>é &amp; \\ ` ${x} 学</title>\n\t<g id=\"a\"/></svg>",
        editorArns: ["arn:aws:iam::123456789012:role/a+=,.@-_/b"],
        embeddedBy: ["https://*.a-b.example.org:65535"],
        editor: {
          kind: "saml",
          editors: ["o'brien+editor@example.org"],
          metadataUrl: "https://idp.example.org/a/b?c=1&d=%C3%A9;e,f*g$h+i'j",
          emailAttribute: `urn:é+%'&{x}#;,*$=${"a".repeat(180)}`,
        },
      },
    },
    maintenance: { timeZone: "Etc/GMT+5" },
    moodle: {
      siteName: `L'Été & "Fils" <b> \\ $x {y} %z #1, 2; * + 学 😀 ${"é".repeat(200)}`,
      adminEmail: "o'brien+admin@example.org",
      supportEmail: "o'brien+help@example.org",
      config: { supportname: 'L\'Été & "Fils" <b> \\ $x {y} %z #1, 2; * + 学 😀\n2' },
      php: { user_agent: "L'Été & <b> \\ {y} %z #1, 2; * + 学" },
    },
    mail: {
      kind: "ses",
      sender: "o'brien+noreply@moodle.example.org",
      recipients: "diverted",
      divertTo: "o'brien+divert@example.org",
      divertExcept: ['^o\'brien\\+"é"[&<>$%#;*{2}?|]学@example\\.org$'],
    },
    observability: {
      paging: true,
      pageEndpointSecretArn: "arn:aws:secretsmanager:eu-west-2:123456789012:secret:a/_+=.@-b-AbCdEf",
      pageEmail: "o'brien+page@example.org",
      alertEmails: ["o'brien+2@example.org"],
      pageEmails: ["o'brien+3@example.org"],
      readerArns: ["arn:aws:iam::123456789012:user/a+=,.@-_/b"],
      repositoryUrl: "https://git.example.org/~l%26d/moodle+aws",
      canary: { username: "a@b.c_d-e", courseId: 7, fileId: 21, quizId: 22 },
      chat: {
        kind: "teams",
        tenantId: "01234567-89ab-cdef-0123-456789abcdef",
        teamId: "01234567-89ab-cdef-0123-456789abcdef",
        channelId: "19%3Aa-b_c=d+e/f.g,h%40thread.tacv2",
      },
    },
    pipeline: {
      kind: "github",
      repository: "example@12/moodle@34",
      branch: "a/b.c_d-e",
      providerArn: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
      stateBucket: "a.b-c",
      stateKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/7b6f7f5d-7d2e-4f3e-9d51-0a3e5c1f2b11",
      deployPolicyArns: ["arn:aws:iam::123456789012:policy/a+=,.@-_/b"],
    },
  },
  "hostile texts of an OpenID Connect provider": {
    edge: {
      outage: {
        editor: {
          kind: "oidc",
          editors: ["o'brien+editor@example.org"],
          issuer: "https://idp.example.org/a+b/%C3%A9",
          clientId: "a+b.c:d/e=é&'%{x}#;,*$",
          clientSecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:a/_+=.@-b-AbCdEf",
          emailAttribute: "https://a.example.org/é+%'&{x}#;,*$",
        },
      },
    },
  },
  "hostile texts of other kinds": {
    network: {
      kind: "existing",
      vpcId: "vpc-0123456789abcdef0",
      cidr: "10.60.0.0/16",
      subnetTags: { public: 'Tier=L\'Été & "Fils"', application: "a:b=é; {x}", data: "Tier=学 #1" },
    },
    edge: { kind: "external", allowedCidrs: ["198.51.100.0/24", "2001:db8::/32"] },
    storage: { kind: "nfs", host: "nas.example.org", export: `/a._-${"b".repeat(240)}` },
    mail: {
      kind: "smtp",
      host: "smtp.example.org",
      sender: "o'brien+noreply@moodle.example.org",
      recipients: "diverted",
      divertTo: "o'brien+divert@example.org",
      divertExcept: ['^o\'brien\\+"é"[&<>$%#;*{2}?|]学@example\\.org$'],
    },
  },
};

/** A text of the settings: its path without kinds and positions, and the pattern that editors check. */
export interface Text {
  readonly path: string;
  readonly pattern: string | undefined;
}

interface Node {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly pattern?: string;
  readonly items?: Node;
  readonly propertyNames?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly allOf?: readonly Node[];
}

/** Every text that a stack file may give, but choices from a list. Keys that people choose end in `.<key>`. */
export function texts(): readonly Text[] {
  const schema = JSON.parse(readFileSync(join(root, "stacks", "settings.schema.json"), "utf8")) as Node;
  const found = new Map<string, Text>();
  const walk = (node: Node, path: string): void => {
    for (const one of [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])]) {
      walk(one, path);
    }
    for (const [key, one] of Object.entries(node.properties ?? {})) {
      walk(one, path === "" ? key : `${path}.${key}`);
    }
    if (typeof node.additionalProperties === "object") {
      walk(node.additionalProperties, `${path}.*`);
    }
    if (node.propertyNames !== undefined) {
      walk(node.propertyNames, `${path}.<key>`);
    }
    if (node.items !== undefined) {
      walk(node.items, path);
    }
    if (node.type === "string" && node.enum === undefined && node.const === undefined) {
      found.set(`${path} ${node.pattern}`, { path: path.replace(/^config\.moodle:/, ""), pattern: node.pattern });
    }
  };
  walk(schema, "");
  return [...found.values()];
}

/**
 * Whether the text's pattern takes one of the probes somewhere. Without a pattern it is unknown, so it counts as taken.
 */
export function takesProbes({ pattern }: Text): boolean {
  if (pattern === undefined) {
    return true;
  }
  const exact = new RegExp(pattern, "u");
  // fast-check makes no lookaheads: a sample of the rest is held against the whole.
  const samples = fc
    .sample(fc.stringMatching(new RegExp(pattern.replaceAll(/\(\?[=!][^)]*\)/g, ""), "u")), { numRuns: 50, seed: 1 })
    .filter((sample) => exact.test(sample));
  return samples.some((sample) =>
    probes.some((probe) =>
      [0, Math.floor(sample.length / 2), sample.length].some((at) =>
        exact.test(sample.slice(0, at) + probe + sample.slice(at)),
      ),
    ),
  );
}

/** Texts of a stack's settings by path, as {@link texts} writes it. */
export function given(value: unknown, path = ""): readonly (readonly [path: string, text: string])[] {
  if (typeof value === "string") {
    return [[path, value]];
  }
  if (Array.isArray(value)) {
    return value.flatMap((one) => given(one, path));
  }
  return value === null || typeof value !== "object"
    ? []
    : Object.entries(value).flatMap(([key, one]) => [
        ...given(one, path === "" ? key : `${path}.${key}`),
        ...given(one, `${path}.*`),
        [`${path}.<key>`, key] as const,
      ]);
}
