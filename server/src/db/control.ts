// The statements that frame every transaction.
import { sql } from './sql.ts';

export const begin = sql`begin`;
export const commit = sql`commit`;
/** For statements that go by keys and have but one good plan; until the transaction ends. */
export const planOnce = sql`select set_config('plan_cache_mode', 'force_generic_plan', true)`;
