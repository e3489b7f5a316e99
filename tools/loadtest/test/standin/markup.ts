export function hidden(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}" />`)
    .join("");
}

const revision = 1_761_000_000;

/** Moodle's frame as far as the scenarios read it: page settings, revisions, user menu. */
export function document(id: string, content: string, sesskey: string, signedIn: boolean): string {
  return `<!DOCTYPE html>
<html lang="en"><head><title>Stand-in</title>
<link rel="stylesheet" type="text/css" href="/theme/styles.php/boost/${revision}_1/all" />
<script>var M = {}; M.cfg = {"wwwroot":"","sesskey":"${sesskey}"};</script>
<script src="/lib/javascript.php/${revision}/lib/javascript-static.js"></script></head>
<body id="${id}">${signedIn ? `<a href="/login/logout.php?sesskey=${sesskey}">Log out</a>` : ""}
${content}
</body></html>`;
}

/** The edge's page: a whole page with status 200, but not Moodle's. */
export const outagePage =
  '<!DOCTYPE html><html lang="en"><head><title>Moodle is away</title></head><body><p>We will be back soon.</p></body></html>';
