// Pairs become groups that one person looks at and merges at once. A chain of doubtful links is not a group: two groups
// join where a link is nearly certain, or where their members mostly resemble each other.
import type { Identified, Suggestion } from './linkage.ts';

export interface Cluster {
  /** By id. */
  readonly records: readonly Identified[];
  /** The suggestions within, the likeliest first. */
  readonly suggestions: readonly Suggestion[];
}

/** Records of one cluster. More than this nobody compares by eye, and they are most likely not one. */
export const CLUSTER_RECORDS_MAX = 50;

/** A link this likely joins two groups by itself. */
export const CERTAIN_FROM = 0.99;

/** Otherwise the likelihoods between their members have to be so high on average; a pair that was not suggested counts as none. */
export const AVERAGE_FROM = 0.5;

/**
 * @param suggestions in any order
 * @returns groups of two and more, those with the likeliest pair first; each record is in one at most. A suggestion between
 *   records of different groups is in none of them, and still stands as a pair.
 */
export function clusters(suggestions: readonly Suggestion[]): Cluster[] {
  const ordered = suggestions.toSorted(likeliestFirst);
  const groups = new Map<string, Group>();
  const groupOf = (record: Identified): Group => {
    const known = groups.get(record.id);
    if (known) return known;
    const group = { records: [record], links: new Map() };
    groups.set(record.id, group);
    return group;
  };
  for (const { a, b, probability } of ordered) link(groupOf(a), groupOf(b), probability);
  // The likeliest first: what joins, joins before less likely links are asked.
  for (const { a, b, probability } of ordered) {
    const one = groupOf(a);
    const other = groupOf(b);
    if (one === other || one.records.length + other.records.length > CLUSTER_RECORDS_MAX) continue;
    const average = (one.links.get(other) ?? 0) / (one.records.length * other.records.length);
    if (probability < CERTAIN_FROM && average < AVERAGE_FROM) continue;
    const joined = join(one, other);
    for (const record of joined.records) groups.set(record.id, joined);
  }
  return collect(ordered, groups);
}

interface Group {
  records: Identified[];
  /** The sum of likelihoods between its members and another group's. */
  links: Map<Group, number>;
}

function link(one: Group, other: Group, probability: number): void {
  one.links.set(other, (one.links.get(other) ?? 0) + probability);
  other.links.set(one, (other.links.get(one) ?? 0) + probability);
}

function join(one: Group, other: Group): Group {
  const [into, from] = one.records.length >= other.records.length ? [one, other] : [other, one];
  into.records.push(...from.records);
  into.links.delete(from);
  for (const [group, sum] of from.links) {
    group.links.delete(from);
    if (group !== into) link(into, group, sum);
  }
  return into;
}

function collect(ordered: readonly Suggestion[], groups: ReadonlyMap<string, Group>): Cluster[] {
  const found = new Map<Group, Suggestion[]>();
  for (const suggestion of ordered) {
    const group = groups.get(suggestion.a.id) as Group;
    if (group !== groups.get(suggestion.b.id)) continue;
    const within = found.get(group);
    if (within) within.push(suggestion);
    else found.set(group, [suggestion]);
  }
  return [...found].map(([{ records }, within]) => ({ records: records.toSorted((x, y) => (x.id < y.id ? -1 : 1)), suggestions: within }));
}

/** Equal ones by id, so that the order in which they were found does not matter. */
function likeliestFirst(x: Suggestion, y: Suggestion): number {
  return y.score - x.score || (key(x) < key(y) ? -1 : 1);
}

const key = ({ a, b }: Suggestion): string => (a.id < b.id ? `${a.id} ${b.id}` : `${b.id} ${a.id}`);
