// Every text of the console, in the language of whoever reads it.
import { DirectionProvider } from '@mantine/core';
import { type ComponentProps, createContext, type ReactNode, use, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { IntlProvider, useIntl } from 'react-intl';
import { pseudo } from './pseudo.ts';
import type { TEXTS } from './texts.ts';

export type TextKey = keyof typeof TEXTS;

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
/** The last is for trying out right-to-left and long texts; it is chosen in the address only (`?language=ar-XB`). */
export type Language = keyof typeof LANGUAGES | 'ar-XB';

type Catalogue = NonNullable<ComponentProps<typeof IntlProvider>['messages']>;

/** Each is a file of its own (vite.config.ts makes them of texts.ts), so that nobody loads the texts of others. */
const CATALOGUES: Record<Language, { first(): Promise<Catalogue>; later(): Promise<Catalogue> }> = {
  en: { first: async () => (await import('virtual:texts/en/first')).default, later: async () => (await import('virtual:texts/en/later')).default },
  de: { first: async () => (await import('virtual:texts/de/first')).default, later: async () => (await import('virtual:texts/de/later')).default },
  'ar-XB': {
    first: async () => pseudo((await import('virtual:texts/en/first')).default),
    later: async () => pseudo((await import('virtual:texts/en/later')).default),
  },
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
  return { language, messages: await CATALOGUES[language].first() };
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
        localStorage.setItem(KEPT, next);
        setReading(await loadLanguage(next));
      },
    }),
    [language],
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

/** The later texts that were asked for: `use` wants the same promise each time. One that failed is asked for anew. */
const asked = new Map<Language, Promise<Catalogue>>();

function laterTexts(language: Language): Promise<Catalogue> {
  const texts = asked.get(language) ?? CATALOGUES[language].later();
  asked.set(language, texts);
  texts.catch(() => asked.delete(language));
  return texts;
}

/** What is in it may say all texts, not only the first. */
export function WithLaterTexts({ children }: { children: ReactNode }) {
  const { locale, messages } = useIntl();
  const later = use(laterTexts(useLanguage().language));
  const all = useMemo(() => ({ ...messages, ...later }) as Catalogue, [messages, later]);
  return (
    <IntlProvider locale={locale} messages={all}>
      {children}
    </IntlProvider>
  );
}

function chosen(): Language {
  const wished = new URLSearchParams(location.search).get('language') ?? localStorage.getItem(KEPT) ?? navigator.language.split('-')[0] ?? 'en';
  return wished in CATALOGUES ? (wished as Language) : 'en';
}

/** The text of a key in the reader's language, with its values filled in. */
export function useText(): (key: TextKey, values?: Record<string, string | number | Date>) => string {
  const intl = useIntl();
  return useCallback((key, values) => intl.formatMessage({ id: key }, values), [intl]);
}
