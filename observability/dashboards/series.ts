/** 32 bits of FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
function seed(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  }
  return hash >>> 0;
}

/**
 * Numbers from 0 to 1, the same for the same start: https://en.wikipedia.org/wiki/Linear_congruential_generator
 * (Numerical Recipes)
 */
function generator(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Made-up values for pictures: the same for the same name. Nothing in them was measured.
 *
 * @param name whatever identifies the line
 * @param about around what it moves: an alarm's threshold is 1, and most of what one looks at is well below it
 * @param falls from 100 at the left, as an error budget does
 */
export function synthetic(name: string, points: number, about: number, falls = false): readonly number[] {
  const random = generator(seed(name));
  const [phase, depth, level] = [random(), 0.25 + random() * 0.3, 0.5 + random() * 0.35];
  let left = 100;
  if (name.includes("SuccessPercent")) {
    return Array<number>(points).fill(100);
  }
  return Array.from({ length: points }, (_, index) => {
    if (falls) {
      left -= random() < 0.12 ? random() * 9 * (1 - depth) : random() * 0.4;
      return Math.max(0, left);
    }
    const day = Math.sin(2 * Math.PI * ((2 * index) / points + phase));
    return Math.max(0, about * (level + depth * day * 0.5 + (random() - 0.5) * 0.12));
  });
}
