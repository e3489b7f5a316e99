/**
 * Seconds that new capacity may take, in the simulator and in production: three minutes, and one for a second step of
 * instances. The simulator counts to the last task of a decision, the alarms here to the first healthy one and to each
 * running one.
 */
export const startBudgetSeconds = 240;
