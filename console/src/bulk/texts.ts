import type { Texts } from '../language/texts.ts';

export const bulkTexts = {
  'bulk.title': ['What to do with the selection', 'Was mit der Auswahl geschehen soll'],
  'bulk.selected': ['{count, plural, one {# selected} other {# selected}}', '{count, plural, one {# ausgewählt} other {# ausgewählt}}'],
  'bulk.everything': ['All that match are selected', 'Alle Treffer sind ausgewählt'],
  'bulk.selectEverything': ['Select all that match', 'Alle Treffer auswählen'],
  'bulk.merge': ['Merge', 'Zusammenführen'],
  'bulk.clear': ['Clear the selection', 'Auswahl aufheben'],
  'bulk.delete.title': ['Delete what is selected?', 'Auswahl löschen?'],
  'bulk.delete.some': [
    '{count, plural, one {One record} other {# records}} will be deleted, with their notes. This cannot be undone.',
    '{count, plural, one {Ein Datensatz wird} other {# Datensätze werden}} mit allen Notizen gelöscht. Das lässt sich nicht rückgängig machen.',
  ],
  'bulk.delete.everything': [
    'All records that match will be deleted, also those not read yet. This cannot be undone.',
    'Alle Treffer werden gelöscht, auch die noch nicht gelesenen. Das lässt sich nicht rückgängig machen.',
  ],
  'bulk.delete.word': ['delete all', 'alles löschen'],
  'bulk.deleted': ['{done} deleted{failed, plural, =0 {} other {, # refused}}', '{done} gelöscht{failed, plural, =0 {} other {, # abgelehnt}}'],
} as const satisfies Texts;
