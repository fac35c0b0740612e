import type { Texts } from '../language/texts.ts';

export const sampleTexts = {
  'samples.title': ['Sample data', 'Beispieldaten'],
  'samples.hint': [
    'People and companies that do not exist, to try things with. All of them carry an id of the external source “Sample data”, and go again as one.',
    'Personen und Firmen, die es nicht gibt, zum Ausprobieren. Alle tragen eine Id der externen Quelle „Sample data“ und verschwinden zusammen wieder.',
  ],
  'samples.few': ['Add {count, number} sample contacts', '{count, number} Beispielkontakte anlegen'],
  'samples.few.hint': [
    'With organizations, notes, and some that are probably one, by three bulk operations: it takes a second or two.',
    'Mit Organisationen, Notizen und einigen, die vermutlich dieselben sind, durch drei Sammeloperationen: Das dauert ein, zwei Sekunden.',
  ],
  'samples.many': ['Import {count, number} sample contacts', '{count, number} Beispielkontakte importieren'],
  'samples.many.hint': [
    'As a file that is made here and imported: the import shows first what would come of it, and can be undone.',
    'Als Datei, die hier entsteht und importiert wird: Der Import zeigt erst, was daraus würde, und lässt sich zurücknehmen.',
  ],
  'samples.added': ['{count, number} sample contacts are there', '{count, number} Beispielkontakte sind da'],
  'samples.there': ['Sample data is there', 'Beispieldaten sind da'],
  'samples.remove': ['Remove the sample data', 'Beispieldaten entfernen'],
  'samples.remove.title': ['Remove the sample data?', 'Die Beispieldaten entfernen?'],
  'samples.remove.text': [
    '{contacts, plural, one {One contact} other {# contacts}} and {organizations, plural, one {one organization} other {# organizations}} with an id of the external source “Sample data” will be deleted, with their notes, and the source itself. Contacts that samples were merged with go, too. This cannot be undone.',
    '{contacts, plural, one {Ein Kontakt} other {# Kontakte}} und {organizations, plural, one {eine Organisation} other {# Organisationen}} mit einer Id der externen Quelle „Sample data“ werden mit allen Notizen gelöscht, und die Quelle selbst. Auch Kontakte, die mit Beispielen zusammengeführt wurden, verschwinden. Das lässt sich nicht rückgängig machen.',
  ],
  'samples.remove.refused': [
    '{count, plural, one {One record} other {# records}} could not be deleted; the bulk changes say why. The external source is still there, to try again.',
    '{count, plural, one {Ein Datensatz ließ} other {# Datensätze ließen}} sich nicht löschen; warum, steht bei den Sammeländerungen. Die externe Quelle ist noch da, für einen weiteren Versuch.',
  ],
  'samples.importing': ['Samples are still being imported', 'Es werden noch Beispiele importiert'],
  'samples.removing': ['{count, number} records are gone', '{count, number} Datensätze sind weg'],
  'samples.removed': ['The sample data is gone', 'Die Beispieldaten sind weg'],
  'samples.none': ['No sample data', 'Keine Beispieldaten'],
  'samples.curl': ['Or by a program: a first contact, from a shell', 'Oder durch ein Programm: ein erster Kontakt, aus einer Shell'],
  'samples.curl.hint': [
    'The id and secret of the first client are in first-run.json in the server’s data folder; those of others you make yourself.',
    'Id und Geheimnis des ersten Clients stehen in first-run.json im Datenordner des Servers; die von weiteren legen Sie selbst an.',
  ],
} as const satisfies Texts;
