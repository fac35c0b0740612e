import type { Texts } from '../language/texts.ts';

export const gridTexts = {
  'grid.select': ['Select', 'Auswählen'],
  'grid.selectAll': ['Select all shown', 'Alle angezeigten auswählen'],
  'grid.column': ['Column {title}', 'Spalte {title}'],
  'grid.columns': ['Columns', 'Spalten'],
  'grid.ascending': ['Sort ascending', 'Aufsteigend sortieren'],
  'grid.descending': ['Sort descending', 'Absteigend sortieren'],
  'grid.toStart': ['Move to the start', 'Zum Anfang verschieben'],
  'grid.toEnd': ['Move to the end', 'Zum Ende verschieben'],
  'grid.wider': ['Wider', 'Breiter'],
  'grid.narrower': ['Narrower', 'Schmaler'],
  'grid.hide': ['Hide', 'Ausblenden'],
  'grid.dense': ['Low rows', 'Niedrige Zeilen'],
  'grid.reset': ['As it was', 'Zurücksetzen'],
} as const satisfies Texts;
