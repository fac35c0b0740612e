// Texts that are a third longer, with marks that a text which never went through a catalogue lacks.
const ACCENTED: Record<string, string> = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', A: 'Á', E: 'É', I: 'Í', O: 'Ó', U: 'Ú', c: 'ç', n: 'ñ' };

/** What has places to fill in stays as it is. */
export function pseudo(catalogue: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(catalogue).map(([key, text]) => [key, typeof text === 'string' ? `[${accented(text)}]` : text]));
}

const accented = (text: string) => `${[...text].map((letter) => ACCENTED[letter] ?? letter).join('')}${'·'.repeat(Math.ceil(text.length / 3))}`;
