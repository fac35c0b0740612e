import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../http/limits.ts';
import { type CsvRow, FILE_START, type Reading, rowsOf, SEPARATORS, TORN, Unreadable } from './read.ts';

async function* inChunks(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer | string, reading: Reading = { separator: ',' }, chunk = 65_536): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const batch of rowsOf(inChunks(Buffer.from(bytes), chunk), reading)) rows.push(...batch);
  return rows;
}

const cellsIn = async (text: string) => (await read(text)).map(({ cells }) => cells);

const separator = fc.constantFrom(...SEPARATORS);
const cell = fc.string({ unit: fc.constantFrom('a', 'Z', '7', ' ', '"', ',', ';', '\t', '\n', '\r', '\r\n', 'é', '界', '😀'), maxLength: 6 });
const file = fc.record({
  separator,
  bom: fc.boolean(),
  rows: fc.array(fc.record({ cells: fc.array(cell, { minLength: 1, maxLength: 5 }), quoted: fc.boolean(), lineEnd: fc.constantFrom('\n', '\r\n', '\r') }), {
    maxLength: 8,
  }),
});
type File = typeof file extends fc.Arbitrary<infer T> ? T : never;

const written = (value: string, quoted: boolean) => (quoted || /[",;\t\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const textOf = ({ bom, separator, rows }: File) =>
  (bom ? '\ufeff' : '') + rows.map(({ cells, quoted, lineEnd }) => cells.map((value) => written(value, quoted)).join(separator) + lineEnd).join('');
const isBlank = (cells: string[]) => cells.every((value) => value === '');

describe('a CSV file', () => {
  test('is read as csv-parse reads it, wherever its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 9 }), async (given, chunk) => {
        const bytes = Buffer.from(textOf(given));
        const options = { delimiter: given.separator, bom: true, relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] };
        const expected = (parse(bytes, options) as string[][]).filter((cells) => !isBlank(cells));
        expect((await read(bytes, given, chunk)).map(({ cells }) => cells)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('is read on from behind any row as if it had been read from the start', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 9 }), async (given, chunk) => {
        const bytes = Buffer.from(textOf(given));
        const whole = await read(bytes, given);
        for (const [i, { end }] of whole.entries()) expect(await read(bytes.subarray(end.byte), { ...given, from: end }, chunk)).toEqual(whole.slice(i + 1));
      }),
      { numRuns: 300 },
    );
  });

  test('comes in batches of as many rows as were asked for', async () => {
    const sizes: number[] = [];
    for await (const batch of rowsOf(inChunks(Buffer.from('a,b\n'.repeat(25)), 7), { separator: ',', size: 10 })) sizes.push(batch.length);
    expect(sizes).toEqual([10, 10, 5]);
  });

  test('tells the line each row starts in, line ends within quotes and blank lines counted', async () => {
    const rows = await read('a,b\r\n"1\n2\r\n3",x\n\n,\nlast,"\r"');
    expect(rows.map(({ line, raw }) => [line, raw])).toEqual([
      [1, 'a,b'],
      [2, '"1\n2\r\n3",x'],
      [7, 'last,"\r"'],
    ]);
    expect(rows.at(-1)?.end).toEqual({ byte: 27, line: 9 });
  });

  test('loses nothing of a quote that starts no cell', async () => {
    expect(await cellsIn('5" pipe,a"b"\nx,y')).toEqual([
      ['5" pipe', 'a"b"'],
      ['x', 'y'],
    ]);
  });

  test('names a row in which something follows a closing quote, and reads on with the next', async () => {
    const rows = await read('"5" pipe",x\ny,z');
    expect(rows.map(({ fault, cells }) => [fault, cells])).toEqual([
      [TORN, ['5" pipe"', 'x']],
      [undefined, ['y', 'z']],
    ]);
  });

  test('cannot be read past a quote that is never closed, and says where it begins', async () => {
    await expect(read('a,b\nx,"y\nz')).rejects.toMatchObject({ line: 2, message: expect.stringContaining('not closed') });
  });

  test('has no row whose quoted cell is longer than a mebibyte, and is told so whether the quote is closed or not', async () => {
    const long = 'x'.repeat(2 * limits.importLineBytesMax);
    for (const text of [`a,b\n1,"${long}"\n2,3`, `a,b\n1,"${long}`])
      await expect(read(text)).rejects.toMatchObject({ line: 2, message: expect.stringMatching(/^The row .* is longer than \d+ bytes; perhaps a quote/) });
  });

  test('takes a row of a mebibyte and none that is longer, without holding more than that', async () => {
    const row = Buffer.alloc(limits.importLineBytesMax - 1, 'x');
    expect(await read(Buffer.concat([row, Buffer.from('\na')]))).toHaveLength(2);
    let sent = 0;
    async function* endless() {
      for (; ; sent += 1) yield Buffer.alloc(65_536, 'x');
    }
    const rows = rowsOf(endless(), { separator: ',', from: FILE_START });
    await expect(rows.next()).rejects.toThrow(Unreadable);
    expect(sent * 65_536).toBeLessThan(2 * limits.importLineBytesMax);
  });
});
