import type { Texts } from '../language/texts.ts';

export const userTexts = {
  'users.new': ['New user', 'Neuer Benutzer'],
  'users.none': ['No users', 'Keine Benutzer'],
  'users.email': ['E-mail address', 'E-Mail-Adresse'],
  'users.title.field': ['Title', 'Position'],
  'users.department': ['Department', 'Abteilung'],
  'users.division': ['Division', 'Bereich'],
  'users.password': ['Password', 'Passwort'],
  'users.password.new': ['New password', 'Neues Passwort'],
  'users.password.set': ['Set the password', 'Passwort setzen'],
  'users.password.show': ['Show the password', 'Passwort zeigen'],
  'users.password.hint': ['Without one, the user cannot sign in yet.', 'Ohne Passwort kann sich der Benutzer noch nicht anmelden.'],
  'users.activate': ['Activate', 'Aktivieren'],
  'users.deactivate': ['Deactivate', 'Deaktivieren'],
  'users.deactivate.title': ['Deactivate {name}?', '{name} deaktivieren?'],
  'users.deactivate.hint': [
    'The user is out with the next request, here and in all organizations that trust yours.',
    'Der Benutzer ist mit der nächsten Anfrage draußen, hier und in allen Organisationen, die Ihrer vertrauen.',
  ],
  'users.delete.title': ['Delete {name}?', '{name} löschen?'],
  'users.delete.hint': [
    'The user cannot sign in any more; what was done stays in the audit under this name.',
    'Der Benutzer kann sich nicht mehr anmelden; was getan wurde, bleibt unter diesem Namen im Protokoll.',
  ],
} as const satisfies Texts;
