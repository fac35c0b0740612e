// The exports of the last week, the newest first, and a new one.
import { Badge, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FormattedNumber } from 'react-intl';
import { Download } from '../frame/download.tsx';
import { Size } from '../frame/size.tsx';
import { Empty, Shown } from '../frame/states.tsx';
import { Wide } from '../frame/wide.tsx';
import { useText } from '../language/language.tsx';
import { Ago } from '../record/fields.tsx';
import { useMay } from '../session/session.ts';
import { NewExport } from './new-export.tsx';
import { type Export, exportsQuery, linkOf } from './queries.ts';

export function Exports() {
  const t = useText();
  const may = useMay();
  const query = useQuery(exportsQuery);
  return (
    <Stack>
      <Title order={1} size="h3">
        {t('exports.title')}
      </Title>
      {may('externalContacts:export:add') && <NewExport />}
      <Shown query={query}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={t('exports.none')}>{t('exports.none.hint')}</Empty>
          ) : (
            <Wide label={t('exports.title')}>
              <Table miw={720} aria-label={t('exports.title')}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('exports.what')}</Table.Th>
                    <Table.Th>{t('exports.state')}</Table.Th>
                    <Table.Th>{t('exports.records')}</Table.Th>
                    <Table.Th>{t('exports.size')}</Table.Th>
                    <Table.Th>{t('exports.asked')}</Table.Th>
                    <Table.Th>{t('exports.file')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {all.map((one) => (
                    <Row key={one.id} one={one} />
                  ))}
                </Table.Tbody>
              </Table>
            </Wide>
          )
        }
      </Shown>
    </Stack>
  );
}

const COLORS = { RUNNING: 'indigo', SUCCEEDED: 'teal', FAILED: 'red' } as const;

function Row({ one }: { one: Export }) {
  const t = useText();
  const { id = '', kind, format = 'csv', gzip, filter, formulas, status = 'RUNNING', statusDetails, resultRowCount, fileSize, dateCreated } = one;
  const name = t(`exports.kind.${kind}`);
  const how = [
    t(`exports.format.${format}`),
    gzip && 'gzip',
    filter && t('exports.filtered'),
    format === 'csv' && formulas === 'keep' && t('exports.formulas.kept'),
  ].filter(Boolean);
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm">{name}</Text>
        <Text size="xs" c="dimmed">
          {how.join(' · ')}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={COLORS[status]}>
          {t(`exports.state.${status}`)}
        </Badge>
        {statusDetails && <Text size="xs">{statusDetails}</Text>}
      </Table.Td>
      <Table.Td>{resultRowCount !== undefined && <FormattedNumber value={resultRowCount} />}</Table.Td>
      <Table.Td>{fileSize !== undefined && <Size bytes={fileSize} />}</Table.Td>
      <Table.Td>
        <Group gap={4}>{dateCreated && <Ago time={dateCreated} />}</Group>
      </Table.Td>
      <Table.Td>
        {status === 'SUCCEEDED' && (
          <Download size="compact-sm" link={() => linkOf(id)} aria-label={t('exports.download.which', { kind: name, rows: resultRowCount ?? 0 })}>
            {t('exports.download')}
          </Download>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
