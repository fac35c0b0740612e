// Every text of the console, in the language of whoever reads it.
import { DirectionProvider } from '@mantine/core';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { IntlProvider, useIntl } from 'react-intl';
import { pseudo } from './pseudo.ts';
import { TEXTS } from './texts.ts';

export type TextKey = keyof typeof TEXTS;

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
/** The last is for trying out right-to-left and long texts; it is chosen in the address only (`?language=ar-XB`). */
export type Language = keyof typeof LANGUAGES | 'ar-XB';

const CATALOGUES: Record<Language, () => Record<string, string>> = { en: () => column(0), de: () => column(1), 'ar-XB': () => pseudo(column(0)) };
const column = (at: 0 | 1) => Object.fromEntries(Object.entries(TEXTS).map(([key, texts]) => [key, texts[at]]));
const KEPT = 'liaison.language';

const LanguageContext = createContext<{ language: Language; setLanguage: (language: Language) => void }>({ language: 'en', setLanguage: () => {} });
export const useLanguage = () => useContext(LanguageContext);

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(chosen);
  const rightToLeft = language === 'ar-XB';
  useEffect(() => {
    document.documentElement.lang = rightToLeft ? 'en' : language;
    document.documentElement.dir = rightToLeft ? 'rtl' : 'ltr';
  }, [language, rightToLeft]);
  const value = useMemo(
    () => ({
      language,
      setLanguage: (next: Language) => {
        localStorage.setItem(KEPT, next);
        setLanguage(next);
      },
    }),
    [language],
  );
  const messages = useMemo(() => CATALOGUES[language](), [language]);
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

/** The text of a key in the reader's language, with its values filled in. */
export function useText(): (key: TextKey, values?: Record<string, string | number | Date>) => string {
  const intl = useIntl();
  return (key, values) => intl.formatMessage({ id: key }, values);
}
