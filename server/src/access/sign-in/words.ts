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
  notSignedIn: string;
  /** Of a provider, by its name. */
  unreachable: (provider: string) => string;
  badAnswer: (provider: string) => string;
  unverified: (provider: string) => string;
  nobody: (email: string) => string;
  noVisit: string;
  busy: string;
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
  notSignedIn: 'You are not signed in',
  unreachable: (provider) => `${provider} cannot be reached, or is not set up as it should be. Try again later, or tell your administrator.`,
  badAnswer: (provider) =>
    `What ${provider} answered does not hold up. Start again from the program that you want to use; if that does not help, tell your administrator.`,
  unverified: (provider) => `${provider} does not say that your e-mail address is verified. Verify it there, then try again.`,
  nobody: (email) => `There is no active user with the e-mail address ${email} in this organization. Tell your administrator.`,
  noVisit: 'This answer was used before, came too late, or is for another browser. Start again from the program that you want to use.',
  busy: 'Too many people are signing in at this moment. Try again in a minute.',
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
  notSignedIn: 'Sie sind nicht angemeldet',
  unreachable: (provider) =>
    `${provider} ist nicht erreichbar oder nicht richtig eingerichtet. Bitte versuchen Sie es später noch einmal, oder sagen Sie es Ihrer Administration.`,
  badAnswer: (provider) =>
    `Die Antwort von ${provider} ist nicht gültig. Bitte beginnen Sie noch einmal in dem Programm, das Sie benutzen wollen; hilft das nicht, sagen Sie es Ihrer Administration.`,
  unverified: (provider) => `${provider} bestätigt Ihre E-Mail-Adresse nicht. Bitte bestätigen Sie sie dort, und versuchen Sie es dann noch einmal.`,
  nobody: (email) =>
    `In dieser Organisation gibt es niemanden mit der E-Mail-Adresse ${email}, der sich anmelden darf. Bitte sagen Sie es Ihrer Administration.`,
  noVisit:
    'Diese Antwort wurde schon benutzt, kam zu spät oder gehört zu einem anderen Browser. Bitte beginnen Sie noch einmal in dem Programm, das Sie benutzen wollen.',
  busy: 'Gerade melden sich zu viele Menschen an. Bitte versuchen Sie es in einer Minute noch einmal.',
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
