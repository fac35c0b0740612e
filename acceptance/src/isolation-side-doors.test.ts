// Side doors: whoever may do everything in one division learns nothing of another's records by asking around them:
// searches, filters, sorting, totals, expansions, look-ups, events, audits (G21). The same questions are asked before and
// after all that is hidden changes.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build, type Cast, type Position, populate, type Request, withId } from './contract-walk.ts';
import type { Operation } from './served-contract.ts';
import type { Answer } from './server.ts';
import { questions, readSecrets, type Secrets } from './side-door-questions.ts';
import { HIDDEN_WORD, readersOf, startTwoDivisions } from './two-divisions.ts';

const world = await startTwoDivisions();
afterAll(world.stop);
const { contract, open, hidden, divided, inOpen, inHidden } = world;

let before: Answers;
let after: Answers;

beforeAll(async () => {
  await crossLinks();
  const old = await readSecrets(world);
  expect((await changeHidden()).size).toBeGreaterThan(3);
  const asked = await questions(world, both(old, await readSecrets(world)));
  before = await ask(asked);
  await changeHidden();
  await addHidden();
  after = await ask(asked);
}, 240_000);

test('there are many questions, all are understood, and their answers change for whoever may see', () => {
  expect(before.size).toBeGreaterThan(1000);
  const answers = [...before].map(([question, { open: mine, hidden: theirs }]) => ({ operation: JSON.parse(question)[0], mine, theirs }));
  expect(few(answers.filter(({ mine, theirs }) => mine.status >= 500 || theirs.status >= 500))).toEqual([]);
  const answered = new Set(answers.filter(({ mine }) => mine.status === 200).map(({ operation }) => operation));
  expect([...new Set(answers.map(({ operation }) => operation))].filter((operation) => !answered.has(operation))).toEqual([]);
  const changed = [...before].filter(([question, { hidden: answer }]) => answer.digest !== after.get(question)?.hidden.digest);
  const changing = new Set(changed.map(([question]) => JSON.parse(question)[0]));
  expect([...changing]).toEqual(
    expect.arrayContaining([
      'getLiaisonEvents',
      'getLiaisonAudits',
      'postLiaisonContactsSearch',
      'postLiaisonOrganizationsSearch',
      'getExternalcontactsContacts',
    ]),
  );
  expect(changed.length).toBeGreaterThan(200);
});

test('no answer shows anything of the hidden division', () => {
  const showing = (answers: Answers) =>
    [...answers]
      .filter(([, { open: answer }]) => answer.tells)
      .map(
        ([
          question,
          {
            open: { begins },
          },
        ]) => ({ question, begins }),
      );
  expect(few([...showing(before), ...showing(after)])).toEqual([]);
  expect([...before.values()].filter(({ hidden: answer }) => answer.tells).length).toBeGreaterThan(200);
});

test('no answer changes with what is hidden', () => {
  const changed = [...before].filter(([question, { open: answer }]) => answer.digest !== after.get(question)?.open.digest);
  expect(few(changed.map(([question, { open: answer }]) => ({ question, was: answer.begins, is: after.get(question)?.open.begins })))).toEqual([]);
});

/** What does not fill the memory of whoever prints it. */
const few = <T>(list: T[]): T[] => list.slice(0, 10);

const both = (a: Secrets, b: Secrets): Secrets => ({
  texts: [...new Set([...a.texts, ...b.texts])],
  identifiers: [...a.identifiers, ...b.identifiers],
  ids: [...new Set([...a.ids, ...b.ids])],
});

// What changes ---------------------------------------------------------------------------------------------------------

/** Records that stand with one foot in each division: a contact of ours at their company, and the other way about. */
async function crossLinks(): Promise<void> {
  await contactAt(open, hidden);
  await contactAt(hidden, open);
}

async function contactAt(cast: Cast, other: Cast): Promise<void> {
  const [made] = contract.collections.get('contact') ?? [];
  const request = await build(cast, made as Operation);
  const position = request.positions.find(({ noun }) => noun === 'externalOrganization') as Position;
  expect((await cast.send(withId(request, position, await other.id('externalOrganization')))).status).toBe(200);
}

/** One more of everything, so that totals and orders move for whoever may see. */
async function addHidden(): Promise<void> {
  await populate(hidden, divided, true);
  await contactAt(hidden, open);
}

/** Writes all hidden records anew, with other texts in every field. */
async function changeHidden(): Promise<Set<string>> {
  const changed = new Set<string>();
  for (const noun of divided) {
    const readers = readersOf(contract, noun);
    const writes = contract.operations.filter(
      ({ gap, method, path }) => !gap && (method === 'PUT' || method === 'PATCH') && readers.some((read) => read.path === path),
    );
    for (const write of writes) {
      const answer = await hidden.send(await build(hidden, write));
      if (answer.status >= 300) throw new Error(`${write.id}: ${answer.status} ${answer.text}`);
      changed.add(noun);
    }
  }
  return changed;
}

// Answers --------------------------------------------------------------------------------------------------------------

/** What is kept of an answer: thousands of whole ones fill a gigabyte. */
interface Kept {
  status: number;
  digest: string;
  /** Whether it has something of the hidden division that the question did not have. */
  tells: boolean;
  begins: string;
}

/** What each caller is told, by question. */
type Answers = Map<string, Record<'open' | 'hidden', Kept>>;

const IN_FLIGHT = 16;

async function ask(asked: Request[]): Promise<Answers> {
  const answers: Answers = new Map();
  const rest = [...asked];
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (let request = rest.pop(); request; request = rest.pop()) {
        const [mine, theirs] = [await open.send(request, inOpen), await open.send(request, inHidden)];
        answers.set(JSON.stringify([request.operation.id, request.query, request.body]), { open: keep(mine), hidden: keep(theirs) });
      }
    }),
  );
  return answers;
}

function keep({ status, text }: Answer): Kept {
  const same = text
    .replaceAll(/"contextId":"[^"]*"/g, '')
    .replaceAll(/((?:cursor|after)=|"after"\s*:\s*")[\w-]+/g, '$1')
    .replaceAll(LEARNED, '');
  const tells = new RegExp(HIDDEN_WORD, 'i').test(withoutQuestion(same));
  return { status, digest: createHash('sha256').update(same).digest('base64'), tells, begins: same.slice(0, 1000) };
}

/** What is said of a suggested duplicate was learned from all records of the organization: see docs/duplicates.md. */
const LEARNED = /"(?:probability|score|related)":-?[\d.]+,|"evidence":\[[^\]]*\]/g;

/** Links and messages repeat what was asked; nothing else may have it. */
const withoutQuestion = (answer: string) => answer.replaceAll(/"(\w+Uri|message|value|reason)"\s*:\s*"(?:[^"\\]|\\.)*"/g, '');
