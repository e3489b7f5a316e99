import { randomBytes } from "node:crypto";

import type { Fault } from "./site";

export interface Session {
  user: string | undefined;
  readonly sesskey: string;
  logintoken: string;
}

export interface Attempt {
  readonly id: number;
  readonly user: string;
  finished: boolean;
  /** Saved answers and sequence numbers by question slot. */
  readonly saved: Map<number, string>;
  readonly sequence: Map<number, number>;
}

export interface State {
  readonly fault: Fault | undefined;
  readonly passwords: ReadonlyMap<string, string>;
  readonly usersFile: string;
  readonly sessions: Map<string, Session>;
  readonly attempts: Map<number, Attempt>;
  readonly tokens: Map<string, string>;
  readonly discussions: string[];
  readonly uploads: Map<string, string>;
}

export const word = (): string => randomBytes(16).toString("hex");

export function newState(users: number, fault: Fault | undefined): State {
  const passwords = new Map(Array.from({ length: users }, (_, i) => [`loadtest${i + 1}`, `Pw-${word()}`] as const));
  return {
    fault,
    passwords,
    usersFile: ["username,password", ...[...passwords].map((pair) => pair.join(","))].join("\n") + "\n",
    sessions: new Map(),
    attempts: new Map(),
    tokens: new Map(),
    discussions: ["Welcome"],
    uploads: new Map(),
  };
}

export const userId = (state: State, user: string): number => [...state.passwords.keys()].indexOf(user) + 3;
