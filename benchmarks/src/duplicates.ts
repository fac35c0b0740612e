// How many duplicates are found, and how many of those found are none: Febrl's sets, with and without what stands for a
// person by itself, and people with phones and e-mail addresses. Everything at the default threshold; labels are only
// used to count.
//
//   npm run bench:duplicates                             all sets
//   npm run bench:duplicates -- --generated 1000000      generated people only, so many: time and memory
//   npm run bench:duplicates -- --server 100000          the same in a server: a backlog, and a new contact
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type ContactFields, contactFeatures, type Features } from '../../server/src/identity/linkage/features.ts';
import { createSet, type Identified, learnFromSet, type Suggestion, suggest } from '../../server/src/identity/linkage/index.ts';
import { measureServer } from './duplicates-server.ts';
import { type NoisyRecord, noisyPeople, USUAL_NOISE } from './noisy-people.ts';

const FEBRL = [
  { name: 'febrl1', file: new URL('../../examples/data/febrl1.csv', import.meta.url), library: [0.999, 0.9848] },
  { name: 'febrl2', file: new URL('../data/febrl2.csv', import.meta.url), library: [0.9956, 0.9318] },
  { name: 'febrl3', file: new URL('../data/febrl3.csv', import.meta.url), library: [0.9959, 0.9448] },
] as const;

/** What takes part. */
interface Labelled {
  /** Read once. An id begins with the number of its person, and a hyphen. */
  records: Iterable<Features>;
  /** What it took to make the people, which does not count. */
  making: Spent;
}

interface Spent {
  ms: number;
  cpuMicroseconds: number;
}

const { values } = parseArgs({ options: { generated: { type: 'string' }, server: { type: 'string' } } });
if (!values.server) heading();
if (values.server) await measureServer(Number(values.server));
else if (values.generated) measure('generated', generated(Number(values.generated)));
else {
  for (const { name, file, library } of FEBRL) {
    measure(name, febrl(file, true), library[0]);
    measure(`${name} without birth date and number`, febrl(file, false), library[1]);
  }
  measure('generated, phones and e-mails', generated(20_000));
  measure('generated, phones and e-mails, no address', generated(20_000, 'address'));
  measure('generated, phones and e-mails, no custom fields', generated(20_000, 'customFields'));
}

function measure(name: string, { records, making }: Labelled, library?: number): void {
  const cpuBefore = process.cpuUsage();
  const since = performance.now();
  const personRecords: number[] = [];
  const set = createSet('contact', counted(records, personRecords));
  const blocked = performance.now();
  const model = learnFromSet(set);
  const learned = performance.now();
  const { suggestions, compared } = suggest(set, model);
  const ended = performance.now();
  const cpu = process.cpuUsage(cpuBefore);
  const right = suggestions.filter(isRight).length;
  const precision = right / suggestions.length;
  const recall = right / truePairs(personRecords);
  const precisionFrom = (least: number) => {
    const sure = suggestions.filter(({ probability }) => probability >= least);
    return (sure.filter(isRight).length / sure.length).toFixed(4);
  };
  row([
    name,
    set.count.toLocaleString('en'),
    precision.toFixed(4),
    recall.toFixed(4),
    ((2 * precision * recall) / (precision + recall)).toFixed(4),
    library?.toFixed(4) ?? '',
    precisionFrom(0.99),
    compared.toLocaleString('en'),
    [blocked - since - making.ms, learned - blocked, ended - learned].map((ms) => (ms / 1000).toFixed(1)).join(' + '),
    ((cpu.user + cpu.system - making.cpuMicroseconds) / 1e6).toFixed(1),
    Math.round(process.resourceUsage().maxRSS / 1024).toLocaleString('en'),
  ]);
}

function heading(): void {
  row(['set', 'records', 'precision', 'recall', 'F1', 'library F1', 'P at 0.99', 'pairs compared', 'keys + learn + suggest, s', 'CPU, s', 'most MB']);
}

function row(cells: string[]): void {
  const widths = [48, 10, 10, 8, 8, 11, 10, 16, 27, 8, 8];
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join(''));
}

function personOf({ id }: Identified): number {
  return Number(id.slice(0, id.indexOf('-')));
}

function isRight({ a, b }: Suggestion): boolean {
  return personOf(a) === personOf(b);
}

function* counted(records: Iterable<Features>, personRecords: number[]): Generator<Features> {
  for (const record of records) {
    personRecords[personOf(record)] = (personRecords[personOf(record)] ?? 0) + 1;
    yield record;
  }
}

function truePairs(personRecords: readonly number[]): number {
  return personRecords.reduce((pairs, count) => pairs + (count * (count - 1)) / 2, 0);
}

/** Febrl's columns as an importer maps them. A record's id says whose it is: rec-7-org and rec-7-dup-0 are one person. */
function febrl(file: URL, withCustomFields: boolean): Labelled {
  const [header, ...lines] = readFileSync(file, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(',').map((cell) => cell.trim()));
  const records = lines.map((line) => {
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
    return contactFeatures((cells.rec_id as string).replace('rec-', ''), contact);
  });
  return { records, making: { ms: 0, cpuMicroseconds: 0 } };
}

/** @param without a field that nobody has */
function generated(count: number, without?: keyof ContactFields): Labelled {
  const making: Spent = { ms: 0, cpuMicroseconds: 0 };
  const people = noisyPeople(count, USUAL_NOISE);
  // Not one by one: looking at the clocks takes about as long as making a person.
  const some = (): NoisyRecord[] => {
    const cpuBefore = process.cpuUsage();
    const since = performance.now();
    const made: NoisyRecord[] = [];
    while (made.length < 1000) {
      const { value, done } = people.next();
      if (done) break;
      made.push(value);
    }
    const cpu = process.cpuUsage(cpuBefore);
    making.ms += performance.now() - since;
    making.cpuMicroseconds += cpu.user + cpu.system;
    return made;
  };
  function* records(): Generator<Features> {
    for (let made = some(); made.length > 0; made = some()) {
      for (const { id, person, contact } of made) yield contactFeatures(`${person}-${id}`, without ? { ...contact, [without]: null } : contact);
    }
  }
  return { records: records(), making };
}
