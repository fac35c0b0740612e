import type { Texts } from '../language/texts.ts';

export const explorerTexts = {
  'explorer.filter': ['Filter the operations', 'Operationen filtern'],
  'explorer.operations': ['Operations', 'Operationen'],
  'explorer.choose': ['Choose an operation', 'Wählen Sie eine Operation'],
  'explorer.choose.hint': ['Each runs with what you may do, on this server, for real.', 'Jede läuft mit Ihren Rechten, auf diesem Server, und wirklich.'],
  'explorer.none': ['No operation matches', 'Keine Operation passt'],
  'explorer.permissions.ANY': ['Takes any of {permissions}', 'Braucht eines von {permissions}'],
  'explorer.permissions.ALL': ['Takes all of {permissions}', 'Braucht alle von {permissions}'],
  'explorer.parameters': ['Parameters', 'Parameter'],
  'explorer.body': ['Body', 'Inhalt'],
  'explorer.body.example': ['Fill in an example', 'Beispiel einsetzen'],
  'explorer.run': ['Run', 'Ausführen'],
  'explorer.run.title': ['Run {operation}?', '{operation} ausführen?'],
  'explorer.run.hint': ['It deletes on this server, for real.', 'Es löscht auf diesem Server, und wirklich.'],
  'explorer.answer': ['Answer: {status} after {ms} ms', 'Antwort: {status} nach {ms} ms'],
  'explorer.answer.empty': ['No body', 'Kein Inhalt'],
  'explorer.answer.stream': [
    'A stream without an end; it was not read. The screen “Events” follows it.',
    'Ein Strom ohne Ende; er wurde nicht gelesen. Die Ansicht „Ereignisse“ folgt ihm.',
  ],
  'explorer.snippets': ['As code', 'Als Code'],
  'explorer.token': ['$TOKEN is an access token of one of your OAuth clients.', '$TOKEN ist ein Zugriffstoken eines Ihrer OAuth-Clients.'],
} as const satisfies Texts;
