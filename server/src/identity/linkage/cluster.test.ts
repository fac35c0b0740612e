import { describe, expect, it } from 'vitest';
import { CLUSTER_RECORDS_MAX, clusters } from './cluster.ts';
import { contactFeatures, type Features } from './features.ts';
import type { Suggestion } from './linkage.ts';
import { scoreOf } from './model.ts';

const records = new Map<string, Features>();
const record = (id: string) => records.get(id) ?? (records.set(id, contactFeatures(id, {})).get(id) as Features);
const pair = (a: string, b: string, probability: number): Suggestion => ({ a: record(a), b: record(b), score: scoreOf(probability), probability });
const ids = (found: ReturnType<typeof clusters>) => found.map((cluster) => cluster.records.map(({ id }) => id).join(''));

describe('clusters', () => {
  it('are pairs, and groups whose members resemble each other', () => {
    expect(ids(clusters([pair('a', 'b', 0.9), pair('c', 'd', 0.8), pair('d', 'e', 0.8), pair('c', 'e', 0.8)]))).toEqual(['ab', 'cde']);
  });

  it('do not chain weak links', () => {
    expect(ids(clusters([pair('a', 'b', 0.9), pair('b', 'c', 0.8), pair('c', 'd', 0.9)]))).toEqual(['ab', 'cd']);
  });

  it('chain nearly certain ones', () => {
    expect(ids(clusters([pair('a', 'b', 0.999), pair('b', 'c', 0.999)]))).toEqual(['abc']);
  });

  it('do not depend on order', () => {
    const pairs = [pair('a', 'b', 0.9), pair('b', 'c', 0.9), pair('a', 'c', 0.6), pair('c', 'd', 0.7), pair('d', 'e', 0.7)];
    expect(ids(clusters(pairs.toReversed()))).toEqual(ids(clusters(pairs)));
  });

  it('are bounded', () => {
    const chain = Array.from({ length: 3 * CLUSTER_RECORDS_MAX }, (_, i) => pair(`${i}`, `${i + 1}`, 0.999));
    for (const cluster of clusters(chain)) expect(cluster.records.length).toBeLessThanOrEqual(CLUSTER_RECORDS_MAX);
  });

  it('of nothing are none', () => {
    expect(clusters([])).toEqual([]);
  });
});
