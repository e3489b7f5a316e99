export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly cookie: string | undefined;
  readonly type: string;
  readonly body: string;
}
export interface Replied {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** User who sent the request. */
  readonly user?: string | undefined;
}

export const json = (value: unknown): Replied => ({
  status: 200,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify(value),
});
