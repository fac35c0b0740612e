/** Numbers from 0 to 1 that a seed decides (mulberry32): what is sampled is the same each time. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** So many different numbers below `count`, or all of them. */
export function sampleOf(count: number, most: number, random: () => number): number[] {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const wanted = Math.min(most, count);
  for (let i = 0; i < wanted && wanted < count; i++) {
    const j = i + Math.floor(random() * (count - i));
    [numbers[i], numbers[j]] = [numbers[j] as number, numbers[i] as number];
  }
  return numbers.slice(0, wanted);
}
