// What the server made of the file: its encoding, separator and columns, what is wrong with it, and its first rows.
import { Alert, Anchor, Button, Group, List, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schema } from '../api/schema.ts';
import { Fact, Facts } from '../frame/fact.tsx';
import { Shown } from '../frame/states.tsx';
import { Wide } from '../frame/wide.tsx';
import { type TextKey, useText } from '../language/language.tsx';
import { previewQuery } from './queries.ts';

type Details = Schema['CsvUploadDetailsResponse'];
const SEPARATORS: Record<string, TextKey> = { ',': 'imports.separator.comma', ';': 'imports.separator.semicolon', '\t': 'imports.separator.tab' };

export function FileStep({ details, onNext, onOther }: { details: Details; onNext: () => void; onOther: () => void }) {
  const t = useText();
  const { importable, sameAs, errorCount = 0, fileName } = details;
  return (
    <Stack>
      <Title order={2} size="h5">
        {fileName}
      </Title>
      {!importable && (
        <Alert color="red" variant="light" title={t('imports.file.unfit')} role="alert">
          <Faults errors={details.validationResult.errors} />
        </Alert>
      )}
      {importable && errorCount > 0 && (
        <Alert color="orange" variant="light" title={t('imports.file.faults', { count: errorCount })}>
          <Faults errors={details.validationResult.errors} />
        </Alert>
      )}
      {sameAs && (
        <Alert color="blue" variant="light" title={t('imports.file.same')}>
          <Anchor component={Link} to={`/imports/${sameAs.id}` as never} size="sm">
            {t('imports.file.same.job')}
          </Anchor>
        </Alert>
      )}
      {importable && (
        <>
          <Facts label={t('imports.file.about')}>
            <Fact label={t('imports.file.encoding')} value={details.encoding} />
            <Fact label={t('imports.file.separator')} value={t(SEPARATORS[details.separator ?? ','] ?? 'imports.separator.comma')} />
            <Fact label={t('imports.file.columns')} value={details.columns?.length ?? 0} />
            <Fact label={t('imports.file.rows')} value={details.rows ?? 0} />
          </Facts>
          <FirstRows uploadId={details.uploadId} />
        </>
      )}
      <Group>
        {importable && <Button onClick={onNext}>{t('imports.next.columns')}</Button>}
        <Button variant="default" onClick={onOther}>
          {t('imports.file.other')}
        </Button>
      </Group>
    </Stack>
  );
}

const SHOWN = 10;

function Faults({ errors }: { errors: Schema['ValidationError'][] }) {
  const t = useText();
  return (
    <List size="sm">
      {errors.slice(0, SHOWN).map(({ lineNumber, message }) => (
        <List.Item key={`${lineNumber} ${message}`}>{t('imports.line', { line: lineNumber, reason: message })}</List.Item>
      ))}
    </List>
  );
}

function FirstRows({ uploadId }: { uploadId: string }) {
  const t = useText();
  const preview = useQuery(previewQuery(uploadId));
  return (
    <Shown query={preview}>
      {({ headers, entries }) => (
        <Stack gap={4}>
          <Text size="sm" fw={600} id="first-rows">
            {t('imports.file.first')}
          </Text>
          <Wide label={t('imports.file.first')}>
            <Table withTableBorder striped aria-labelledby="first-rows">
              <Table.Thead>
                <Table.Tr>
                  {headers.map((header) => (
                    <Table.Th key={header}>{header}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {entries.slice(0, SHOWN).map((cells, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: rows have nothing but their place.
                  <Table.Tr key={i}>
                    {headers.map((header, column) => (
                      <Table.Td key={header}>
                        <Text size="sm" lineClamp={1} maw={240}>
                          {cells[column]}
                        </Text>
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Wide>
        </Stack>
      )}
    </Shown>
  );
}
