import * as assert from "node:assert/strict";
import { dark, light, table } from "./page";

/** WCAG 2.2: relative luminance of a colour such as `#1c2430`. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [less, more] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (more + 0.05) / (less + 0.05);
}

describe("The style of pages", () => {
  for (const [scheme, colours] of Object.entries({ light, dark })) {
    it(`has colours that can be read, ${scheme}`, () => {
      for (const name of ["ink", "muted", "link", "good", "warn", "bad"] as const) {
        for (const ground of ["ground", "panel"] as const) {
          const found = contrast(colours[name], colours[ground]);
          assert.ok(found >= 4.5, `${name} on ${ground}: ${found.toFixed(2)}`);
        }
      }
      for (const name of ["blue", "orange", "green", "purple", "olive", "grey", "pink", "bad"] as const) {
        const found = contrast(colours[name], colours.ground);
        assert.ok(found >= 4.5, `${name}, with words in it: ${found.toFixed(2)}`);
      }
    });
  }

  it("puts numbers to the right, and text to the left", () => {
    const html = table("Runs", [
      ["release", "p95", "begun"],
      ["5.1.0", "402 ms", "2026-11-23 09:30"],
      ["5.1.1", "-", { text: "<b>", verdict: "bad" }],
    ]);
    assert.match(
      html,
      /<th scope="col">release<\/th><th scope="col" class="number">p95<\/th><th scope="col">begun<\/th>/,
    );
    assert.match(html, /<td class="bad">&lt;b&gt;<\/td>/);
  });
});
