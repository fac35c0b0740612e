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
import { frameLaterTexts, frameTexts } from '../frame/texts.ts';
import { gridTexts } from '../grid/texts.ts';
import { groupTexts } from '../groups/texts.ts';
import { healthTexts } from '../health/texts.ts';
import { importTexts } from '../imports/texts.ts';
import { jobTexts } from '../jobs/texts.ts';
import { listTexts } from '../list/texts.ts';
import { organizationTexts } from '../organizations/texts.ts';
import { privacyTexts } from '../privacy/texts.ts';
import { recordLaterTexts, recordTexts } from '../record/texts.ts';
import { roleTexts } from '../roles/texts.ts';
import { sampleTexts } from '../samples/texts.ts';
import { schemaTexts } from '../schemas/texts.ts';
import { settingTexts } from '../settings/texts.ts';
import { trustTexts } from '../trust/texts.ts';
import { userTexts } from '../users/texts.ts';
import { viewTexts } from '../views/texts.ts';
import { webhookTexts } from '../webhooks/texts.ts';

/** English, German; in ICU's message format. */
export type Texts = Record<string, readonly [en: string, de: string]>;

/** Of what is shown first; the others are loaded with the first screen that has one of them. */
export const FIRST_TEXTS = { ...frameTexts, ...gridTexts, ...filterTexts, ...recordTexts, ...contactTexts };

export const OTHER_TEXTS = {
  ...frameLaterTexts,
  ...bulkTexts,
  ...viewTexts,
  ...contactLaterTexts,
  ...recordLaterTexts,
  ...organizationTexts,
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
  ...healthTexts,
  ...jobTexts,
  ...sampleTexts,
  ...listTexts,
};

export const TEXTS = { ...FIRST_TEXTS, ...OTHER_TEXTS };
