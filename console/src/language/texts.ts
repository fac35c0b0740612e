// All texts: each folder keeps its own, in both languages side by side, so that none is forgotten.
import { auditTexts } from '../audit/texts.ts';
import { bulkTexts } from '../bulk/texts.ts';
import { clientTexts } from '../clients/texts.ts';
import { contactLaterTexts, contactTexts } from '../contacts/texts.ts';
import { duplicateTexts } from '../duplicates/texts.ts';
import { eventTexts } from '../events/texts.ts';
import { explorerTexts } from '../explorer/texts.ts';
import { exportTexts } from '../exports/texts.ts';
import { filterTexts } from '../filter/texts.ts';
import { frameTexts } from '../frame/texts.ts';
import { gridTexts } from '../grid/texts.ts';
import { groupTexts } from '../groups/texts.ts';
import { importTexts } from '../imports/texts.ts';
import { listTexts } from '../list/texts.ts';
import { organizationLaterTexts, organizationTexts } from '../organizations/texts.ts';
import { privacyTexts } from '../privacy/texts.ts';
import { recordTexts } from '../record/texts.ts';
import { roleTexts } from '../roles/texts.ts';
import { schemaTexts } from '../schemas/texts.ts';
import { settingTexts } from '../settings/texts.ts';
import { trustTexts } from '../trust/texts.ts';
import { userTexts } from '../users/texts.ts';
import { viewTexts } from '../views/texts.ts';
import { webhookTexts } from '../webhooks/texts.ts';

/** English, German; in ICU's message format. */
export type Texts = Record<string, readonly [en: string, de: string]>;

/** What the tables and pages of the directory say, and what stands around every screen: each visit begins with these. */
export const FIRST = {
  ...frameTexts,
  ...gridTexts,
  ...filterTexts,
  ...recordTexts,
  ...contactTexts,
  ...organizationTexts,
  ...listTexts,
};

/** What all other screens say: it comes along with the first of them (WithLaterTexts). */
export const LATER = {
  ...bulkTexts,
  ...viewTexts,
  ...contactLaterTexts,
  ...organizationLaterTexts,
  ...duplicateTexts,
  ...importTexts,
  ...exportTexts,
  ...privacyTexts,
  ...trustTexts,
  ...roleTexts,
  ...userTexts,
  ...groupTexts,
  ...clientTexts,
  ...auditTexts,
  ...schemaTexts,
  ...settingTexts,
  ...webhookTexts,
  ...eventTexts,
  ...explorerTexts,
};

export const TEXTS = { ...FIRST, ...LATER };
