// Statements on settings. They are columns of the organization.
import { tenantSettings } from '../access/index.ts';
import type { Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Wire } from '../families/wire.ts';
import { thresholdStep } from '../identity/index.ts';

export const settingsStep = (orgId: string): Step => [sql`select ${tenantSettings}::text as body from organizations o where o.id = $1`, [orgId]];

/** What is not said is as it is at first. */
export const updateSettings = (
  orgId: string,
  {
    divisionMoves,
    identityExpiryDays = 60,
    sharedIdentifiers = {},
    duplicates = true,
    duplicateThreshold = 0.5,
    erasureApprovalDays = 0,
    historyDays = 0,
  }: Wire['LiaisonSettings'],
): Step[] => [
  thresholdStep(orgId, duplicateThreshold),
  [
    sql`update organizations o set division_moves = $2, identity_expiry_days = $3, shared_identifiers = $4, duplicates = $5, duplicate_threshold = $6,
      erasure_approval_days = $7, history_days = $8, modified_at = now() where o.id = $1`,
    [orgId, divisionMoves, identityExpiryDays, JSON.stringify(sharedIdentifiers), duplicates, duplicateThreshold, erasureApprovalDays, historyDays],
  ],
];
