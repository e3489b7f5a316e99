import { hex, plain, type Properties, secret } from "./values";

// The characters that the real package draws from by default:
// https://www.pulumi.com/registry/packages/random/api-docs/randompassword/#special_nodejs
const sets = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
};

/** Values that the real package fills in, known in a preview already. */
export const randomDefaults: Readonly<Record<string, Properties>> = Object.fromEntries(
  ["random:index/randomPassword:RandomPassword", "random:index/randomString:RandomString"].map((type) => [
    type,
    {
      ...{ lower: true, upper: true, number: true, numeric: true, special: true },
      ...{ minLower: 0, minUpper: 0, minNumeric: 0, minSpecial: 0 },
    },
  ]),
);

/** The outputs of a `random` resource. They depend on its name and inputs alone: no use as a secret, by design. */
export function randomOutputs(type: string, urn: string, inputs: Properties): { id: string; outputs: Properties } {
  const given = plain(inputs) as Properties;
  const seed = `${urn}:${JSON.stringify(given)}`;
  switch (type) {
    case "random:index/randomPassword:RandomPassword":
      return {
        id: "none",
        outputs: { result: secret(draw(given, seed)), bcryptHash: secret(`$2a$10$${hex(seed, 53)}`) },
      };
    case "random:index/randomString:RandomString": {
      const result = draw(given, seed);
      return { id: result, outputs: { result } };
    }
    case "random:index/randomId:RandomId": {
      const bytes = Buffer.from(hex(seed, Number(given["byteLength"]) * 2), "hex");
      const prefix = String(given["prefix"] ?? "");
      const id = bytes.toString("base64url");
      return {
        id,
        outputs: {
          b64Std: prefix + bytes.toString("base64"),
          b64Url: prefix + id,
          dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
          hex: prefix + bytes.toString("hex"),
        },
      };
    }
    case "random:index/randomUuid:RandomUuid": {
      const h = hex(seed, 32);
      const result = `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-8${h.slice(17, 20)}-${h.slice(20)}`;
      return { id: result, outputs: { result } };
    }
    case "random:index/randomInteger:RandomInteger": {
      const [min, max] = [Number(given["min"]), Number(given["max"])];
      const result = min + (Number.parseInt(hex(seed, 12), 16) % (max - min + 1));
      return { id: String(result), outputs: { result } };
    }
    default:
      throw new Error(`The offline provider does not know ${type}; add it to offline/providers/random.ts.`);
  }
}

/** A text of the asked length that has at least the asked number of each kind of character. */
function draw(given: Properties, seed: string): string {
  const allowed = { ...sets, special: String(given["overrideSpecial"] ?? sets.special) };
  const kinds = (Object.keys(allowed) as (keyof typeof sets)[]).filter((kind) => given[kind] !== false);
  const length = Number(given["length"]);
  const numbers = [...Buffer.from(hex(seed, 4 * (length + 4)), "hex")];
  const pick = (characters: string, index: number) => characters[numbers[index]! % characters.length]!;
  const chosen: string[] = [];
  for (const kind of kinds) {
    const least = Number(given[`min${kind[0]!.toUpperCase()}${kind.slice(1)}`] ?? 0);
    for (let count = 0; count < least; count += 1) {
      chosen.push(pick(allowed[kind], chosen.length));
    }
  }
  const all = kinds.map((kind) => allowed[kind]).join("");
  while (chosen.length < length) {
    chosen.push(pick(all, chosen.length));
  }
  // Spread the obligatory characters instead of leaving them in front.
  return chosen
    .map((character, index) => ({ character, order: hex(`${seed}:${index}`, 8) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ character }) => character)
    .join("");
}
