// Chance that can be had again: each request draws from a source of its own, made from the run's seed and its index.

export interface Random {
  /** 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** Small fast counter (sfc32), seeded with two numbers. */
export function randomOf(seed: number, index: number): Random {
  let [a, b, c, counter] = [seed | 0, index | 0, 0x9e3779b9, 1];
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 15; i += 1) draw();
  return {
    next: draw,
    between: (least, most) => least + Math.floor(draw() * (most - least + 1)),
    chance: (probability) => draw() < probability,
    pick: (from) => from[Math.floor(draw() * from.length)] as never,
  };
}
