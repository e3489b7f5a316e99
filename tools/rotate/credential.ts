import type { Where } from "../lib/command";
import { type Content, VersionedSecret } from "./secret";
import { type Holders, type Pace, replaceTasks } from "./tasks";

/** A secret that tasks read when they start, and that a server checks. */
export interface Credential {
  /** For people: "the database user". */
  readonly name: string;
  readonly secretArn: string;
  /** The value after this one. */
  next(current: Content): Content;
  /**
   * Makes the server take the new value beside the old one, and comes back when it does. It may have done so before.
   *
   * @param proposed when the new value was kept, by AWS's clock
   */
  accept(pending: Content, proposed: Date): Promise<void>;
  /** Makes the server take the new value alone. It may have done so before. */
  refuse(former: Content, current: Content): Promise<void>;
}

/**
 * Rotates a credential without a moment in which a task holds what its server refuses: keep the new value, let the server take both, let
 * new tasks read the new one, replace the tasks, let the server refuse the old one. It may be stopped anywhere and run again.
 */
export async function rotate(
  credential: Credential,
  holders: Holders,
  pace: Pace,
  { print, at }: Pick<Where, "print" | "at">,
): Promise<void> {
  const secret = new VersionedSecret(holders.region, credential.secretArn);
  let stages = await secret.stages();
  if (stages.pending !== undefined) {
    print(`A rotation of ${credential.name} was begun before: it goes on.`);
  }
  if (stages.pending !== stages.current || stages.pending === undefined) {
    if (stages.pending === undefined) {
      await secret.propose(credential.next(await secret.content(stages.current)));
      stages = await secret.stages();
    }
    at("let the server take both");
    await credential.accept(await secret.content(stages.pending!), stages.proposed!);
    print(`1 ${credential.name}: old and new are good`);
    await secret.makeCurrent(stages.pending!, stages.current);
    stages = await secret.stages();
  }
  print("2 tasks that start now get the new one");
  await replaceTasks(holders, pace, at);
  print("3 no task has the old one");
  at("let the server refuse the old one");
  const former = stages.previous === undefined ? {} : await secret.content(stages.previous);
  await credential.refuse(former, await secret.content(stages.current));
  await secret.settle(stages.current);
  print("4 the old one is refused");
}
