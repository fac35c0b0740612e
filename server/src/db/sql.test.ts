import { expect, test } from 'vitest';
import { sql } from './sql.ts';

const byId = (id: ReturnType<typeof sql>) => sql`select * from t where ${id} = $1`;

test('fragments become one text, with values left to be bound', () => {
  const column = sql`t.id`;
  expect(sql`select * from t where ${column} = $1 or ${column} is null`.text).toBe('select * from t where t.id = $1 or t.id is null');
});

test('the same statement is made once, and has the same name wherever it is written', () => {
  const a = sql`t.a`;
  const b = sql`t.b`;
  expect(byId(a)).toBe(byId(a));
  expect(byId(a)).not.toBe(byId(b));
  expect(byId(a).text).toBe('select * from t where t.a = $1');
  expect(byId(b).text).toBe('select * from t where t.b = $1');
  expect(sql`select * from t where t.a = $1`.name).toBe(byId(a).name);
  expect(byId(a).name).not.toBe(byId(b).name);
});

test('a name fits into PostgreSQL’s 63 bytes', () => {
  expect(sql`select 1`.name).toMatch(/^l_[\w-]{16}$/);
});
