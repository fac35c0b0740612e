// Hashes of texts, and of several texts as if they were one: to tell millions apart without keeping them.

export interface Hash {
  begin(): void;
  add(text: string): void;
  /** Two numbers of 32 bits (FNV-1a and a multiplicative one, each mixed at the end). */
  high(): number;
  low(): number;
}

/** @param charactersMax what is behind them does not count */
export function createHash(charactersMax: number): Hash {
  let a = 0;
  let b = 0;
  let left = 0;
  return {
    begin: () => {
      a = 0x811c9dc5;
      b = 0x9e3779b9;
      left = charactersMax;
    },
    add: (text) => {
      const end = Math.min(text.length, left);
      for (let i = 0; i < end; i++) {
        const code = text.charCodeAt(i);
        a = Math.imul(a ^ code, 0x01000193);
        b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
      }
      left -= end;
    },
    high: () => {
      const mixed = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d);
      return (mixed ^ (mixed >>> 13)) >>> 0;
    },
    low: () => (b ^ (b >>> 16)) >>> 0,
  };
}
