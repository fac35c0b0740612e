// What people of one organization did in another, as either of the two may see it.
import { Table, Text } from '@mantine/core';
import { MoreButton } from '../frame/more.tsx';
import { Shown } from '../frame/states.tsx';
import { type TextKey, useText } from '../language/language.tsx';
import { usePages } from '../list/pages.ts';
import { Part } from '../list/parts.tsx';
import { Ago } from '../record/fields.tsx';

/** The contract leaves the answer open, as the vendor's does. */
interface Answer {
  auditMessages?: Message[];
  pageCount?: number;
}
interface Message {
  id: string;
  user: { id: string; name?: string };
  timestamp: string;
  status: 'SUCCESS' | 'FAILURE';
  action: string;
  entity: { type: string; id: string; name?: string };
}

interface TrustAuditProps {
  name: readonly string[];
  ask(query: { pageSize: number; pageNumber: number }, signal: AbortSignal): Promise<unknown>;
}

const PAGE = 25;

/** The platform's names of kinds that are not ours with a capital letter. */
const KINDS: Record<string, string> = { ExternalOrganization: 'organization', Trustee: 'trust', TrusteeUser: 'trustUser', TrusteeGroup: 'trustGroup' };

function useKindName(): (type: string) => string {
  const t = useText();
  return (type) => t(`kind.${KINDS[type] ?? type.charAt(0).toLowerCase() + type.slice(1)}` as TextKey);
}

export function TrustAudit({ name, ask }: TrustAuditProps) {
  const t = useText();
  const kindName = useKindName();
  const { pages, rows } = usePages<Message>(name, async ({ pageNumber = 1 }, signal) => {
    const { auditMessages = [], pageCount = 0 } = (await ask({ pageSize: PAGE, pageNumber }, signal)) as Answer;
    return { entities: auditMessages, nextUri: pageNumber < pageCount ? String(pageNumber + 1) : undefined };
  });
  return (
    <Part title={t('trust.audit')}>
      <Shown query={pages}>
        {() =>
          rows.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('trust.audit.none')}
            </Text>
          ) : (
            <>
              <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
                <Table>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t('trust.audit.when')}</Table.Th>
                      <Table.Th>{t('trust.audit.who')}</Table.Th>
                      <Table.Th>{t('trust.audit.what')}</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {rows.map(({ id, user, timestamp, status, action, entity }) => (
                      <Table.Tr key={id}>
                        <Table.Td>
                          <Ago time={timestamp} />
                        </Table.Td>
                        <Table.Td>{user.name ?? user.id}</Table.Td>
                        <Table.Td className="breaking">
                          {kindName(entity.type)} {entity.name ?? ''} {t(`audit.action.${action.toLowerCase()}` as TextKey)}
                          {status === 'FAILURE' && ` (${t('trust.audit.failed')})`}
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
              <MoreButton pages={pages} />
            </>
          )
        }
      </Shown>
    </Part>
  );
}
