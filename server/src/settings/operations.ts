// The operations on settings and limits.
import { type Changes, recordSettings, requireDivisions } from '../access/index.ts';
import type { Handlers } from '../contract/bind.ts';
import type { Contract } from '../contract/load.ts';
import { bodyOf } from '../families/guarded.ts';
import { UNASSIGNED } from '../http/principal.ts';
import { limitsOf } from './limits.ts';
import { settingsStep, updateSettings } from './store.ts';

/** Settings hold for the organization as a whole: what allows to see or edit them must, too. */
const WHOLE = [UNASSIGNED];

export interface SettingsDeps {
  changes: Changes;
  contract: Contract;
  /** For tokens without a limit of their own. */
  requestsPerMinute: number;
}

export const settingsHandlers = ({ changes, contract, requestsPerMinute }: SettingsDeps): Handlers => {
  const limits = limitsOf(contract);
  return {
    getLiaisonSettings: async ({ door, principal, divisions }) => {
      requireDivisions(divisions, WHOLE, 'liaison:settings:view');
      return bodyOf(await door.flight([settingsStep(principal.orgId)]));
    },

    // Principals carry the settings, so that this counts as a change of access.
    putLiaisonSettings: async ({ door, principal, divisions, author, body }) => {
      requireDivisions(divisions, WHOLE, 'liaison:settings:edit');
      const { orgId } = principal;
      return bodyOf(await changes.send(door, orgId, [...updateSettings(orgId, body), ...recordSettings(author), settingsStep(orgId)]));
    },

    getLiaisonLimits: ({ principal }) => JSON.stringify({ requestsPerMinute: principal.rateLimit ?? requestsPerMinute, ...limits }),
  };
};
