/** `threshold.cjs <architecture> <critical> <high>`, with ECR's counts by severity on standard input. Fails above a number. */
const [architecture, critical, high] = process.argv.slice(2);
const counts = JSON.parse(require("node:fs").readFileSync(0, "utf8")) ?? {};
const limits = { CRITICAL: Number(critical), HIGH: Number(high) };
if (Object.values(limits).some((limit) => !Number.isInteger(limit) || limit < 0)) {
  console.error("error: MAX_CRITICAL and MAX_HIGH must be whole numbers, 0 or more.");
  process.exit(2);
}
const above = Object.entries(limits).filter(([severity, limit]) => (counts[severity] ?? 0) > limit);
console.log(`scan of ${architecture}: ${JSON.stringify(counts)}`);
for (const [severity, limit] of above) {
  console.error(
    `error: ${architecture} has ${counts[severity]} ${severity} findings, and ${limit} is the most. Rebuild on a newer base, or raise MAX_${severity} with a reason.`,
  );
}
process.exit(above.length > 0 ? 1 : 0);
