import type { Texts } from '../language/texts.ts';

export const groupTexts = {
  'groups.new': ['New group', 'Neue Gruppe'],
  'groups.none': ['No groups', 'Keine Gruppen'],
  'groups.none.hint': ['A group has roles that all of its members have.', 'Eine Gruppe hat Rollen, die alle ihre Mitglieder haben.'],
  'groups.members': ['Members', 'Mitglieder'],
  'groups.members.none': ['No members', 'Keine Mitglieder'],
  'groups.members.add': ['Add members', 'Mitglieder hinzufügen'],
  'groups.member.remove': ['Remove {name}', '{name} entfernen'],
  'groups.roles': ['Members have the roles of the group', 'Mitglieder haben die Rollen der Gruppe'],
  'groups.delete.title': ['Delete the group {name}?', 'Die Gruppe {name} löschen?'],
  'groups.delete.hint': [
    'Its members stay, and lose the roles that they have by it.',
    'Ihre Mitglieder bleiben und verlieren die Rollen, die sie durch sie haben.',
  ],
} as const satisfies Texts;
