// Every text of the console, in the language of whoever reads it.
import { DirectionProvider } from '@mantine/core';
import { type ComponentProps, createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { IntlProvider, useIntl } from 'react-intl';
import { ApiError } from '../api/api.ts';
import { pseudo } from './pseudo.ts';
import type { TEXTS } from './texts.ts';

export type TextKey = keyof typeof TEXTS;

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
/** The last is for trying out right-to-left and long texts; it is chosen in the address only (`?language=ar-XB`). */
export type Language = keyof typeof LANGUAGES | 'ar-XB';

type Catalogue = NonNullable<ComponentProps<typeof IntlProvider>['messages']>;

/** The texts that are shown first, and the others. Each is a file of its own (vite.config.ts makes them of texts.ts). */
const CATALOGUES: Record<Language, readonly [first: () => Promise<Catalogue>, others: () => Promise<Catalogue>]> = {
  en: [async () => (await import('virtual:texts/first/en')).default, async () => (await import('virtual:texts/others/en')).default],
  de: [async () => (await import('virtual:texts/first/de')).default, async () => (await import('virtual:texts/others/de')).default],
  'ar-XB': [async () => pseudo((await import('virtual:texts/first/en')).default), async () => pseudo((await import('virtual:texts/others/en')).default)],
};
const KEPT = 'liaison.language';

const LanguageContext = createContext<{ language: Language; setLanguage: (language: Language) => unknown }>({ language: 'en', setLanguage: () => {} });
export const useLanguage = () => useContext(LanguageContext);

export interface Reading {
  language: Language;
  messages: Catalogue;
}

/** The texts of the language that the reader has chosen, or the browser prefers. */
export async function loadLanguage(language: Language = chosen()): Promise<Reading> {
  return { language, messages: { ...(await CATALOGUES[language][0]()) } };
}

const coming = new WeakMap<Catalogue, Promise<unknown> | Error>();

/** The others come to the first, in their object: whoever waits for one of them finds it there, or why it did not come. */
function others(language: Language, messages: Catalogue): Promise<unknown> | Error {
  const known = coming.get(messages);
  if (known) return known;
  const loading = CATALOGUES[language][1]().then(
    (texts) => Object.assign(messages, texts),
    () => coming.set(messages, new ApiError(0, {})),
  );
  coming.set(messages, loading);
  return loading;
}

export function LanguageProvider({ initial, children }: { initial: Reading; children: ReactNode }) {
  const [{ language, messages }, setReading] = useState(initial);
  const rightToLeft = language === 'ar-XB';
  useEffect(() => {
    document.documentElement.lang = rightToLeft ? 'en' : language;
    document.documentElement.dir = rightToLeft ? 'rtl' : 'ltr';
  }, [language, rightToLeft]);
  const value = useMemo(
    () => ({
      language,
      setLanguage: async (next: Language) => {
        const reading = await loadLanguage(next);
        // Else what shows one of the others would be gone while it waits for them, with all that was typed there.
        if (coming.has(messages)) await others(next, reading.messages);
        setReading(reading);
        localStorage.setItem(KEPT, next);
      },
    }),
    [language, messages],
  );
  return (
    <LanguageContext value={value}>
      <IntlProvider locale={rightToLeft ? 'en' : language} messages={messages}>
        <DirectionProvider initialDirection={rightToLeft ? 'rtl' : 'ltr'} key={String(rightToLeft)}>
          {children}
        </DirectionProvider>
      </IntlProvider>
    </LanguageContext>
  );
}

function chosen(): Language {
  const wished = new URLSearchParams(location.search).get('language') ?? localStorage.getItem(KEPT) ?? navigator.language.split('-')[0] ?? 'en';
  return wished in CATALOGUES ? (wished as Language) : 'en';
}

/** The text of a key in the reader's language, with its values filled in. What shows one that is still to come waits for it. */
export function useText(): (key: TextKey, values?: Record<string, string | number | Date>) => string {
  const intl = useIntl();
  const { language } = useLanguage();
  return useCallback(
    (key, values) => {
      const messages = intl.messages as Catalogue;
      if (!(key in messages)) throw others(language, messages);
      return intl.formatMessage({ id: key }, values);
    },
    [intl, language],
  );
}
