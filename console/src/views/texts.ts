import type { Texts } from '../language/texts.ts';

export const viewTexts = {
  'views.all': ['All', 'Alle'],
  'views.shared': ['shared', 'geteilt'],
  'views.saveAs': ['Save as a new view', 'Als neue Ansicht speichern'],
  'views.update': ['Save what is shown now', 'Speichern, was jetzt gezeigt wird'],
  'views.rename': ['Name and sharing', 'Name und Freigabe'],
  'views.pin': ['Pin as a tab', 'Als Reiter anheften'],
  'views.unpin': ['Take from the tabs', 'Aus den Reitern nehmen'],
  'views.default': ['Begin with this view', 'Mit dieser Ansicht beginnen'],
  'views.notDefault': ['Do not begin with it', 'Nicht damit beginnen'],
  'views.share': ['Share with everybody', 'Mit allen teilen'],
  'views.share.contacts': [
    'Whoever may view contacts finds the view, with its filter. Everybody sees only their own divisions in it.',
    'Wer Kontakte sehen darf, findet die Ansicht samt Filter. Jeder sieht darin nur seine eigenen Bereiche.',
  ],
  'views.share.organizations': [
    'Whoever may view organizations finds the view, with its filter. Everybody sees only their own divisions in it.',
    'Wer Organisationen sehen darf, findet die Ansicht samt Filter. Jeder sieht darin nur seine eigenen Bereiche.',
  ],
  'views.none': ['No views yet: save words, filter, order and columns.', 'Noch keine Ansichten: Speichern Sie Wörter, Filter, Reihenfolge und Spalten.'],
  'views.delete.title': ['Delete the view “{name}”?', 'Ansicht „{name}“ löschen?'],
  'views.delete.own': ['The records stay.', 'Die Datensätze bleiben.'],
  'views.delete.shared': ['Everybody loses it. The records stay.', 'Alle verlieren sie. Die Datensätze bleiben.'],
} as const satisfies Texts;
