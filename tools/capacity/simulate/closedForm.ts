/** Queueing results that are known exactly, to judge the simulator by, and for the database's mean wait. */

/** Probability that an arrival has to wait in M/M/c (Erlang C), from the offered load in busy servers. */
export function erlangC(servers: number, offered: number): number {
  if (offered >= servers) {
    return 1;
  }
  // Erlang B by its recursion, which does not overflow: https://en.wikipedia.org/wiki/Erlang_(unit)#Erlang_B_formula
  let blocking = 1;
  for (let server = 1; server <= servers; server += 1) {
    blocking = (offered * blocking) / (server + offered * blocking);
  }
  return blocking / (1 - (offered / servers) * (1 - blocking));
}

/** Mean wait before service in M/M/c, in the unit of `service`. */
export function meanWaitMMc(servers: number, arrivalRate: number, service: number): number {
  const offered = arrivalRate * service;
  return (erlangC(servers, offered) * service) / (servers - offered);
}

/** Mean wait in M/G/1 by Pollaczek and Khinchine: exact for any service time with this coefficient of variation. */
export function meanWaitMG1(arrivalRate: number, service: number, variation: number): number {
  const load = arrivalRate * service;
  return (load * service * (1 + variation * variation)) / (2 * (1 - load));
}

/** Mean wait in M/G/c by Lee and Longton (Allen and Cunneen): an approximation, some per cent off for c > 1. */
export function meanWaitMGc(servers: number, arrivalRate: number, service: number, variation: number): number {
  return (meanWaitMMc(servers, arrivalRate, service) * (1 + variation * variation)) / 2;
}
