// The sign-in page's words, in the languages that it speaks.

export interface Words {
  language: string;
  title: string;
  to: (client: string) => string;
  email: string;
  password: string;
  organization: string;
  optional: string;
  choose: string;
  submit: string;
  error: string;
  wrong: string;
  missing: string;
  stale: string;
  several: string;
  blocked: (seconds: number) => string;
  signedOut: string;
  signedOutText: string;
  refused: string;
  refusedText: string;
}

const en: Words = {
  language: 'en',
  title: 'Sign in',
  to: (client) => `to go on to ${client}`,
  email: 'E-mail address',
  password: 'Password',
  organization: 'Organization',
  optional: 'if you belong to several',
  choose: 'Choose an organization',
  submit: 'Sign in',
  error: 'Error',
  wrong: 'That e-mail address and password do not go together. Check both and try again.',
  missing: 'Enter your e-mail address and your password.',
  stale: 'This page was open for too long, or your browser takes no cookies. Enter your password again.',
  several: 'You belong to several organizations. Choose one and enter your password again.',
  blocked: (seconds) => `That was tried too often. Try again in ${seconds < 100 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.`,
  signedOut: 'Signed out',
  signedOutText: 'You are signed out. You can close this page.',
  refused: 'This link does not work',
  refusedText: 'The program that sent you here asked in a way that cannot be answered. Tell whoever runs it:',
};

const de: Words = {
  language: 'de',
  title: 'Anmelden',
  to: (client) => `und weiter zu ${client}`,
  email: 'E-Mail-Adresse',
  password: 'Passwort',
  organization: 'Organisation',
  optional: 'falls Sie zu mehreren gehören',
  choose: 'Organisation auswählen',
  submit: 'Anmelden',
  error: 'Fehler',
  wrong: 'E-Mail-Adresse und Passwort passen nicht zusammen. Bitte prüfen Sie beides und versuchen Sie es noch einmal.',
  missing: 'Bitte geben Sie E-Mail-Adresse und Passwort ein.',
  stale: 'Diese Seite war zu lange geöffnet, oder Ihr Browser nimmt keine Cookies an. Bitte geben Sie Ihr Passwort noch einmal ein.',
  several: 'Sie gehören zu mehreren Organisationen. Bitte wählen Sie eine aus und geben Sie Ihr Passwort noch einmal ein.',
  blocked: (seconds) =>
    `Das wurde zu oft versucht. Bitte versuchen Sie es in ${seconds < 100 ? `${seconds} Sekunden` : `${Math.ceil(seconds / 60)} Minuten`} noch einmal.`,
  signedOut: 'Abgemeldet',
  signedOutText: 'Sie sind abgemeldet und können diese Seite schließen.',
  refused: 'Dieser Link funktioniert nicht',
  refusedText: 'Das Programm, das Sie hierher geschickt hat, hat auf eine Weise gefragt, auf die es keine Antwort gibt. Bitte sagen Sie dem Betreiber:',
};

const LANGUAGES: readonly Words[] = [en, de];

/** By Accept-Language (RFC 9110 §12.5.4): the most wanted language that there is; English without one. */
export function wordsFor(header: string | undefined): Words {
  const wanted = (header ?? '').split(',').map((part) => {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const weight = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find((value) => value !== undefined);
    return { language: tag.trim().split('-')[0], weight: weight === undefined ? 1 : Number(weight) };
  });
  const known = wanted.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  return known.map(({ language }) => LANGUAGES.find((words) => words.language === language)).find((words) => words !== undefined) ?? en;
}
