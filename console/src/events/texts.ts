import type { Texts } from '../language/texts.ts';

export const eventTexts = {
  'events.live': ['live', 'live'],
  'events.stopped': ['stopped', 'angehalten'],
  'events.broken': ['The stream was interrupted; it is taken up again.', 'Der Strom wurde unterbrochen; er wird wieder aufgenommen.'],
  'events.stop': ['Stop', 'Anhalten'],
  'events.follow': ['Follow', 'Folgen'],
  'events.clear': ['Clear', 'Leeren'],
  'events.kinds': ['Kinds of records', 'Arten von Datensätzen'],
  'events.kinds.all': ['All', 'Alle'],
  'events.none': ['Nothing has happened yet', 'Noch ist nichts geschehen'],
  'events.none.hint': ['Change a contact, and it appears here at once.', 'Ändern Sie einen Kontakt, und er erscheint sofort hier.'],
  'events.time': ['Time', 'Zeit'],
  'events.action': ['Action', 'Handlung'],
  'events.topic': ['Topic', 'Thema'],
  'events.body': ['Event', 'Ereignis'],
} as const satisfies Texts;
