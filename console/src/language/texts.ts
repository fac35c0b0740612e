// All texts: each folder keeps its own, in both languages side by side, so that none is forgotten.
import { bulkTexts } from '../bulk/texts.ts';
import { contactTexts } from '../contacts/texts.ts';
import { duplicateTexts } from '../duplicates/texts.ts';
import { exportTexts } from '../exports/texts.ts';
import { filterTexts } from '../filter/texts.ts';
import { frameTexts } from '../frame/texts.ts';
import { gridTexts } from '../grid/texts.ts';
import { importTexts } from '../imports/texts.ts';
import { organizationTexts } from '../organizations/texts.ts';
import { privacyTexts } from '../privacy/texts.ts';
import { recordTexts } from '../record/texts.ts';

/** English, German; in ICU's message format. */
export type Texts = Record<string, readonly [en: string, de: string]>;

export const TEXTS = {
  ...frameTexts,
  ...gridTexts,
  ...filterTexts,
  ...recordTexts,
  ...bulkTexts,
  ...contactTexts,
  ...organizationTexts,
  ...duplicateTexts,
  ...importTexts,
  ...exportTexts,
  ...privacyTexts,
};
