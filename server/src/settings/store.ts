// Statements on settings. They are columns of the organization.
import type { Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Wire } from '../families/wire.ts';

export const settingsStep = (orgId: string): Step => [
  sql`select json_build_object('divisionMoves', o.division_moves)::text as body from organizations o where o.id = $1`,
  [orgId],
];

export const updateSettings = (orgId: string, { divisionMoves }: Wire['LiaisonSettings']): Step => [
  sql`update organizations o set division_moves = $2, modified_at = now() where o.id = $1`,
  [orgId, divisionMoves],
];
