import type { Texts } from '../language/texts.ts';

export const settingTexts = {
  'settings.general': ['Settings', 'Einstellungen'],
  'settings.sources': ['External sources', 'Externe Quellen'],
  'settings.divisionMoves': ['Records may move to another division', 'Datensätze dürfen in einen anderen Bereich umziehen'],
  'settings.identityExpiryDays': ['Days that a contact stays which was only observed', 'Tage, die ein nur beobachteter Kontakt bleibt'],
  'settings.erasureApprovalDays': ['Days that an erasure waits for a second person', 'Tage, die eine Löschung auf eine zweite Person wartet'],
  'settings.erasureApprovalDays.hint': ['0: no second person is needed', '0: keine zweite Person nötig'],
  'settings.historyDays': ['Days that history is kept', 'Tage, die der Verlauf aufbewahrt wird'],
  'settings.historyDays.hint': [
    '0: for good. Of what is older, only the last change of each record stays.',
    '0: für immer. Von Älterem bleibt nur die letzte Änderung jedes Datensatzes.',
  ],
  'settings.identityExpiryDays.hint': ['0: for good', '0: für immer'],
  'settings.duplicates': ['Look for duplicates', 'Nach Dubletten suchen'],
  'settings.duplicateThreshold': ['Suggest from this probability on', 'Ab dieser Wahrscheinlichkeit vorschlagen'],
  'settings.duplicateThreshold.hint': ['Lowering it has all records compared again.', 'Wird sie gesenkt, werden alle Datensätze neu verglichen.'],
  'settings.shared': [
    'Whom an observation means by a value that several contacts have',
    'Wen eine Beobachtung mit einem Wert meint, den mehrere Kontakte haben',
  ],
  'settings.shared.oldest': ['who had it first', 'wer ihn zuerst hatte'],
  'settings.shared.newest': ['who had it last', 'wer ihn zuletzt bekam'],
  'settings.shared.none': ['nobody', 'niemanden'],
  'settings.limits': ['Limits of this server', 'Grenzen dieses Servers'],
  'sources.new': ['New external source', 'Neue externe Quelle'],
  'sources.none': ['No external sources', 'Keine externen Quellen'],
  'sources.none.hint': [
    'A source is a system that has records under ids of its own, such as a CRM.',
    'Eine Quelle ist ein System, das Datensätze unter eigenen Ids führt, etwa ein CRM.',
  ],
  'sources.active': ['In use', 'In Gebrauch'],
  'sources.link': ['Link to a record there', 'Verweis auf einen Datensatz dort'],
  'sources.link.hint': ['{placeholder} stands for the id', '{placeholder} steht für die Id'],
  'sources.delete.title': ['Delete the source {name}?', 'Die Quelle {name} löschen?'],
  'sources.delete.hint': ['The ids that records have there go with it.', 'Die Ids, die Datensätze dort haben, gehen mit.'],
} as const satisfies Texts;
