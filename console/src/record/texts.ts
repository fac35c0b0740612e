import type { Texts } from '../language/texts.ts';

export const recordTexts = {
  'record.noneFound.hint': ['Try fewer words or conditions.', 'Versuchen Sie es mit weniger Wörtern oder Bedingungen.'],
  'record.export': ['Export', 'Exportieren'],
  'record.overtaken.cell': ['Somebody else has written “{theirs}” here', 'Jemand anderes hat hier „{theirs}“ geschrieben'],
} as const satisfies Texts;

export const recordLaterTexts = {
  'record.delete': ['Delete “{name}”?', '„{name}“ löschen?'],
  'record.fields': ['Fields', 'Felder'],
  'record.history': ['History', 'Verlauf'],
  'record.noHistory': ['Nothing is known of its history', 'Über den Verlauf ist nichts bekannt'],
  'record.saved': ['Saved', 'Gespeichert'],
  'record.origin': ['Last changed by {who}, {when}', 'Zuletzt geändert von {who}, {when}'],
  'record.overtaken': ['Somebody else has saved this record in the meantime', 'Jemand anderes hat diesen Datensatz inzwischen gespeichert'],
  'record.overtaken.field': ['{field}: yours “{mine}”, theirs “{theirs}”', '{field}: Ihr Wert „{mine}“, der andere „{theirs}“'],
  'record.takeTheirs': ['Take theirs', 'Den anderen Stand nehmen'],
  'record.overwrite': ['Save mine', 'Meinen Stand speichern'],
  'notes.title': ['Notes', 'Notizen'],
  'notes.new': ['New note', 'Neue Notiz'],
  'notes.add': ['Add the note', 'Notiz hinzufügen'],
  'notes.none': ['No notes yet', 'Noch keine Notizen'],
  'notes.delete': ['Delete this note?', 'Diese Notiz löschen?'],
  'notes.edit': ['Note', 'Notiz'],
  'identifiers.title': ['Identifiers', 'Kennungen'],
  'identifiers.type': ['Type', 'Art'],
  'identifiers.value': ['Value', 'Wert'],
  'identifiers.source': ['Source', 'Quelle'],
  'audit.action.create': ['created', 'angelegt'],
  'audit.action.update': ['changed', 'geändert'],
  'audit.action.delete': ['deleted', 'gelöscht'],
  'audit.action.merge': ['merged', 'zusammengeführt'],
  'audit.action.unmerge': ['unmerged', 'getrennt'],
  'audit.action.claim': ['claimed', 'beansprucht'],
  'audit.action.release': ['released', 'freigegeben'],
  'audit.action.refuse': ['refused', 'abgelehnt'],
  'confirm.type': ['Type “{word}” to go on', 'Zum Fortfahren „{word}“ eintippen'],
} as const satisfies Texts;
