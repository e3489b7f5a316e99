/**
 * Seconds that new capacity may take, in the simulator and in production: three minutes, and one for a second step of
 * instances. The simulator counts to the last task that a decision asked for, the alarms here to the first that is healthy
 * and to each that runs.
 */
export const startBudgetSeconds = 240;
