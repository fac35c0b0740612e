// What leads to a person or a company: phones, e-mail addresses, websites, ids in other systems, the company one works for.
// Of several values, the two that agree best count.
import { type Comparison, oneValue, type Pair } from './comparison.ts';
import type { Email, Features } from './features.ts';
import { CLOSE, CODE_LEVELS, codeLevel, isTypo, NO_EVIDENCE, SAME } from './levels.ts';

export const phone: Comparison = {
  name: 'phone',
  levels: CODE_LEVELS,
  shared: true,
  weighsValues: true,
  values: (record) => record.phones,
  compare: (pair) => best(pair, pair.a.phones, pair.b.phones, codeLevel),
};

export const email: Comparison = {
  name: 'email',
  levels: ['same', 'close', 'partial', 'different'],
  shared: false,
  weighsValues: true,
  values: (record) => record.emails.map(({ text }) => text),
  resembling: (record) => record.emails.map(({ login }) => login),
  compare: (pair) => {
    let found = 4;
    for (const one of pair.a.emails) {
      for (const other of pair.b.emails) {
        const level = emailLevel(pair, one, other);
        if (level === 0 && (found > 0 || one.text < pair.value)) pair.value = one.text;
        if (level < found) found = level;
      }
    }
    return found === 4 ? NO_EVIDENCE : found;
  },
};

export const website: Comparison = {
  name: 'websites',
  levels: CODE_LEVELS,
  shared: true,
  weighsValues: true,
  values: (record) => record.sites,
  compare: (pair) => best(pair, pair.a.sites, pair.b.sites, codeLevel),
};

export const externalId: Comparison = {
  name: 'externalIds',
  levels: CODE_LEVELS,
  shared: false,
  weighsValues: true,
  values: (record) => record.ids,
  incomparable: true,
  // An id says nothing about one in another system.
  compare: (pair) => best(pair, pair.a.ids, pair.b.ids, (a, b) => (sourceOf(a) === sourceOf(b) ? codeLevel(a, b) : NO_EVIDENCE)),
};

export const employer: Comparison = {
  name: 'externalOrganization',
  levels: ['same', 'different'],
  shared: true,
  weighsValues: true,
  values: (record) => oneValue(record.employer),
  compare: (pair) => {
    pair.value = pair.a.employer;
    return pair.a.employer === '' || pair.b.employer === '' ? NO_EVIDENCE : pair.a.employer === pair.b.employer ? 0 : 1;
  },
};

function emailLevel({ a, b }: Pair, one: Email, other: Email): number {
  if (one.text === other.text) return 0;
  if (one.login !== other.login) {
    // john.smith1 and john.smith2 are namesakes at one provider, not a slip of the keyboard.
    const typo = one.domain === other.domain && isTypo(one.login, other.login) && withoutDigits(one.login) !== withoutDigits(other.login);
    return typo ? 1 : 3;
  }
  if (isTypo(one.domain, other.domain)) return 1;
  // Namesakes have a login in common anyway.
  return one.login.length < LOGIN_FROM || isNamed(a, one.login) || isNamed(b, one.login) ? 3 : 2;
}

const LOGIN_FROM = 5;

const withoutDigits = (login: string): string => login.replace(/\d/g, '');

const isNamed = (record: Features, login: string): boolean => record.family !== '' && login.includes(record.family);

const sourceOf = (id: string): string => id.slice(0, id.indexOf(' '));

/** The best level that any two codes reach. */
function best(pair: Pair, a: readonly string[], b: readonly string[], level: (a: string, b: string) => number): number {
  let found = CLOSE + 2;
  for (const one of a) {
    for (const other of b) {
      const reached = level(one, other);
      if (reached === SAME && (found > SAME || one < pair.value)) pair.value = one;
      if (reached !== NO_EVIDENCE && reached < found) found = reached;
    }
  }
  return found === CLOSE + 2 ? NO_EVIDENCE : found;
}
