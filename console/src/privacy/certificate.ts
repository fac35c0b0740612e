// What is left to show of an erasure: who asked, who approved of it, why, when, and the ids that are no more. A text file,
// in the reader's language, that names nobody who was erased.
import type { Schema } from '../api/schema.ts';
import { saveFile } from '../frame/save-file.ts';
import type { useText } from '../language/language.tsx';

type Erasure = Schema['LiaisonErasure'];

interface Certificate {
  erasure: Erasure;
  organization: string;
  nameOf(userId: string): string;
  t: ReturnType<typeof useText>;
}

export function saveCertificate(certificate: Certificate): void {
  saveFile(new Blob([textOf(certificate)], { type: 'text/plain' }), `erasure-${certificate.erasure.id}.txt`);
}

function textOf({ erasure, organization, nameOf, t }: Certificate): string {
  const { id, reason = '—', createdBy, firstApprovedBy, decidedBy, dateCreated, dateDecided, dateCompleted, subjects } = erasure;
  const person = (one: { id?: string } | undefined) => (one?.id === undefined ? '—' : `${nameOf(one.id)} (${one.id})`);
  const facts: [string, string][] = [
    [t('privacy.certificate.organization'), organization],
    [t('privacy.certificate.number'), id],
    [t('privacy.erase.reason'), reason],
    [t('privacy.erasures.asked'), `${dateCreated}, ${person(createdBy)}`],
    ...(decidedBy
      ? [
          [t('privacy.certificate.approved'), `${dateDecided}, ${[firstApprovedBy, decidedBy].flatMap((one) => (one ? person(one) : [])).join(', ')}`] as [
            string,
            string,
          ],
        ]
      : []),
    [t('privacy.certificate.completed'), dateCompleted ?? '—'],
    [t('privacy.certificate.ids'), ''],
  ];
  const ids = subjects.flatMap(({ erasedIds = [], dateErased = '' }) => erasedIds.map((erased) => `  ${erased}  ${dateErased}`));
  return [t('privacy.certificate.title'), '', ...facts.map(([name, value]) => `${name}: ${value}`), ...ids, '', t('privacy.certificate.says'), ''].join('\n');
}
