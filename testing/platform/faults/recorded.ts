import * as assert from "node:assert/strict";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { loadProgram, preview, type PolicyPack, unknownValue } from "../../../offline/engine";
import { autoName } from "../../../offline/providers/outputs";
import { policyPort } from "../../../offline/standIns";
import type { Mutation } from "../mutations";
import { root } from "../stacks";
import { content, propertiesOf, propertyDependenciesOf, rewritten, type Told } from "./messages";
import { copies, copyMark } from "./planting";
import { record, type Recorder, type Recording } from "./recorder";

/** The policies of this repository as they judge a stack. The profile of each stack here has the stack's name. */
export function packOf(stack: string): PolicyPack & { readonly config: string } {
  return { path: join(root, "policies"), config: join(root, "policies", "config", `${stack}.json`) };
}

/** The same, with a recorder in between. */
export async function recordedPack(stack: string, judged: boolean): Promise<[PolicyPack, Recorder]> {
  const recorder = await record(await policyPort(packOf(stack)), judged);
  return [{ ...packOf(stack), path: join(__dirname, "pack"), port: recorder.port }, recorder];
}

/** Messages of the engine to the policies about a stack, as they are and with faults planted. */
export interface RecordedStack {
  readonly settings: Recording["settings"];
  readonly good: Told;
  /**
   * @param faults No two of them break the same resource.
   * @throws AssertionError when a fault changes nothing, or when other resources read what it changes.
   */
  with(...faults: readonly Mutation[]): Told;
}

/** Records a stack and all faults in one preview on the engine, which makes each broken resource beside the good one. */
export async function recordStack(stack: string, faults: readonly Mutation[]): Promise<RecordedStack> {
  const [pack, recorder] = await recordedPack(stack, false);
  const { transform, register, additions } = copies(stack, faults);
  let added: ReadonlyMap<string, number> = new Map();
  const program = async (): Promise<unknown> => {
    const outputs = await loadProgram();
    await register();
    added = await additions();
    return outputs;
  };
  const { ok, printed } = await preview(stack, {
    ...{ run: `recorded-${stack}`, quiet: true, policyPacks: [pack], transform, program },
  }).finally(recorder.close);
  assert.ok(ok, printed);

  const { settings, single, whole } = recorder.recording;
  const good = -1;
  const numberOf = (urn: string): number => added.get(urn) ?? Number(copyMark.exec(urn)?.[1] ?? good);
  const partOf = (number: number): Told => ({
    single: new Map([...single].filter(([urn]) => numberOf(urn) === number)),
    whole: new Map([...whole].filter(([urn]) => numberOf(urn) === number)),
  });
  const base = partOf(good);
  const plant = (told: Told, fault: Mutation): Told => {
    const part = inPlace(partOf(faults.indexOf(fault)));
    refuseUnchanged(part, base);
    refuseReadByOthers(part, base);
    return { single: new Map([...told.single, ...part.single]), whole: new Map([...told.whole, ...part.whole]) };
  };
  return { settings, good: base, with: (...chosen) => chosen.reduce(plant, base) };
}

/** Gives copies the URNs, the parents and the generated names of what they are copies of; their holders are left out. */
function inPlace({ single, whole }: Told): Told {
  const texts = new Map<string, string>();
  for (const [urn, message] of whole) {
    const original = originalOf(urn);
    if (original === undefined) {
      texts.set(urn, message.getParent());
    } else if (original !== urn) {
      texts.set(urn, original);
      texts.set(autoName(message.getType(), urn), autoName(message.getType(), original));
    }
  }
  const moved = <M extends Parameters<typeof rewritten>[0]>(messages: ReadonlyMap<string, M>): Map<string, M> =>
    new Map(
      [...messages.values()]
        .filter((message) => originalOf(message.getUrn()) !== undefined)
        .map((message) => rewritten(message, (text) => texts.get(text) ?? text))
        .map((message) => [message.getUrn(), message]),
    );
  return { single: moved(single), whole: moved(whole) };
}

/** The URN of what a copy is of, or what it was given when it is no copy; undefined for the holder of a copy. */
function originalOf(urn: string): string | undefined {
  const [urnOfStack, project, types, ...name] = urn.split("::");
  const chain = types!.split("$");
  const kept = chain.filter((type) => !copyMark.test(type));
  return copyMark.test(chain.at(-1)!) ? undefined : [urnOfStack, project, kept.join("$"), ...name].join("::");
}

function refuseUnchanged(part: Told, base: Told): void {
  const changed = [...part.whole].some(([urn, one]) => !isDeepStrictEqual(content(one), content(base.whole.get(urn))));
  assert.ok(changed, "The fault was not planted: no such resource, or nothing of it changes.");
}

/**
 * The parts that other resources read are recorded without the fault. So the fault must not change a text that they
 * read.
 */
function refuseReadByOthers(part: Told, base: Told): void {
  for (const [urn, broken] of part.whole) {
    const before = propertiesOf(base.whole.get(urn) ?? broken);
    const after = propertiesOf(broken);
    const changed = Object.entries(before).filter(([key, value]) => isKnownText(value) && value !== after[key]);
    const others =
      changed.length > 0 ? [...base.whole.values()].filter((other) => !part.whole.has(other.getUrn())) : [];
    for (const other of others) {
      const reading = Object.entries(propertyDependenciesOf(other)).filter(([, urns]) => urns.includes(urn));
      const read = JSON.stringify(reading.map(([property]) => propertiesOf(other)[property]));
      const [key] = changed.find(([, value]) => read.includes(value as string)) ?? [];
      assert.equal(key, undefined, `${other.getUrn()} reads ${key} of ${urn}: list both among the names of the fault.`);
    }
  }
}

function isKnownText(value: unknown): boolean {
  return typeof value === "string" && value !== "" && value !== unknownValue;
}
