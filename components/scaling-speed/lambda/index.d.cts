/** What the tests see of the function: records are JSON of several forms. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function measure(event: object, world: object): Promise<any>;
export function handler(event: object): Promise<void>;
