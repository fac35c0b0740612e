// How many duplicates are found, and how many of those found are none: Febrl's sets, with and without what stands for a
// person by itself, and people with phones and e-mail addresses. Everything at the default threshold; labels are only
// used to count.
//
//   npm run bench:duplicates                             all sets
//   npm run bench:duplicates -- --generated 1000000      generated people only, so many: time and memory
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type ContactFields, contactFeatures, type Features } from '../../server/src/identity/linkage/features.ts';
import { createSet, learnFromSet, suggest } from '../../server/src/identity/linkage/index.ts';
import { noisyPeople, USUAL_NOISE } from './noisy-people.ts';

const FEBRL = [
  { name: 'febrl1', file: new URL('../../examples/data/febrl1.csv', import.meta.url), library: [0.999, 0.9848] },
  { name: 'febrl2', file: new URL('../data/febrl2.csv', import.meta.url), library: [0.9956, 0.9318] },
  { name: 'febrl3', file: new URL('../data/febrl3.csv', import.meta.url), library: [0.9959, 0.9448] },
] as const;

/** What takes part, and which person each record is. */
interface Labelled {
  records: Features[];
  /** By record id. */
  persons: Map<string, string>;
}

const { values } = parseArgs({ options: { generated: { type: 'string' } } });
heading();
if (values.generated) measure('generated', generated(Number(values.generated)));
else {
  for (const { name, file, library } of FEBRL) {
    measure(name, febrl(file, true), library[0]);
    measure(`${name} without birth date and number`, febrl(file, false), library[1]);
  }
  measure('generated, phones and e-mails', generated(20_000));
  measure('generated, phones and e-mails, no address', generated(20_000, 'address'));
  measure('generated, phones and e-mails, no custom fields', generated(20_000, 'customFields'));
}

function measure(name: string, { records, persons }: Labelled, library?: number): void {
  const cpuBefore = process.cpuUsage();
  const since = performance.now();
  const set = createSet('contact', records);
  const blocked = performance.now();
  const model = learnFromSet(set);
  const learned = performance.now();
  const { suggestions, compared } = suggest(set, model);
  const ended = performance.now();
  const cpu = process.cpuUsage(cpuBefore);
  const right = suggestions.filter(({ a, b }) => persons.get(a.id) === persons.get(b.id)).length;
  const precision = right / suggestions.length;
  const recall = right / truePairs(persons);
  const precisionFrom = (least: number) => {
    const sure = suggestions.filter(({ probability }) => probability >= least);
    return (sure.filter(({ a, b }) => persons.get(a.id) === persons.get(b.id)).length / sure.length).toFixed(4);
  };
  row([
    name,
    records.length.toLocaleString('en'),
    precision.toFixed(4),
    recall.toFixed(4),
    ((2 * precision * recall) / (precision + recall)).toFixed(4),
    library?.toFixed(4) ?? '',
    precisionFrom(0.99),
    compared.toLocaleString('en'),
    [blocked - since, learned - blocked, ended - learned].map((ms) => (ms / 1000).toFixed(1)).join(' + '),
    ((cpu.user + cpu.system) / 1e6).toFixed(1),
    Math.round(process.memoryUsage().rss / 2 ** 20).toLocaleString('en'),
  ]);
}

function heading(): void {
  row(['set', 'records', 'precision', 'recall', 'F1', 'library F1', 'P at 0.99', 'pairs compared', 'keys + learn + suggest, s', 'CPU, s', 'RSS MB']);
}

function row(cells: string[]): void {
  const widths = [48, 10, 10, 8, 8, 11, 10, 16, 27, 8, 8];
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join(''));
}

function truePairs(persons: Map<string, string>): number {
  const counts = new Map<string, number>();
  for (const person of persons.values()) counts.set(person, (counts.get(person) ?? 0) + 1);
  return [...counts.values()].reduce((pairs, count) => pairs + (count * (count - 1)) / 2, 0);
}

/** Febrl's columns as an importer maps them. A record's id says whose it is: rec-7-org and rec-7-dup-0 are one person. */
function febrl(file: URL, withCustomFields: boolean): Labelled {
  const [header, ...lines] = readFileSync(file, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(',').map((cell) => cell.trim()));
  const labelled: Labelled = { records: [], persons: new Map() };
  for (const line of lines) {
    const cells = Object.fromEntries((header as string[]).map((name, i) => [name, line[i] ?? '']));
    const contact: ContactFields = {
      firstName: cells.given_name,
      lastName: cells.surname,
      address: {
        address1: `${cells.street_number} ${cells.address_1}`.trim(),
        address2: cells.address_2,
        city: cells.suburb,
        postalCode: cells.postcode,
        state: cells.state,
      },
      customFields: withCustomFields ? { born_date: cells.date_of_birth, ssn_identifier: cells.soc_sec_id } : {},
    };
    const id = cells.rec_id as string;
    labelled.records.push(contactFeatures(id, contact));
    labelled.persons.set(id, id.split('-')[1] as string);
  }
  return labelled;
}

/** @param without a field that nobody has */
function generated(count: number, without?: keyof ContactFields): Labelled {
  const labelled: Labelled = { records: [], persons: new Map() };
  const since = performance.now();
  for (const { id, person, contact } of noisyPeople(count, USUAL_NOISE)) {
    labelled.records.push(contactFeatures(id, without ? { ...contact, [without]: null } : contact));
    labelled.persons.set(id, String(person));
  }
  if (count >= 100_000) console.log(`${((performance.now() - since) / 1000).toFixed(1)} s to make the people and their features`);
  return labelled;
}
