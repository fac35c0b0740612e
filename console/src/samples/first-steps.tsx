// What somebody can do who has just started: try it with people who do not exist, or make the first contact by a program.
import { Stack, Text } from '@mantine/core';
import { tokenCall } from '../clients/snippets.ts';
import { useText } from '../language/language.tsx';
import { Snippet } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';
import { PERMISSIONS } from './add.ts';
import { AddFew } from './add-few.tsx';
import { IMPORT, ImportMany } from './import-many.tsx';

export default function FirstSteps() {
  const t = useText();
  const may = useMay();
  return (
    <Stack align="center" gap="xl" px="md" pb="md">
      <Stack align="center" gap="xs">
        {PERMISSIONS.every((one) => may(one)) && <AddFew variant="light" />}
        {[...PERMISSIONS, ...IMPORT].every((one) => may(one)) && <ImportMany />}
      </Stack>
      <Stack gap={4} w="100%" maw={600}>
        <Snippet title={t('samples.curl')} code={firstContact(location.origin)} />
        <Text size="xs" c="dimmed">
          {t('samples.curl.hint')}
        </Text>
      </Stack>
    </Stack>
  );
}

/** It says where they are to whoever runs it without them. */
const firstContact = (origin: string): string => `: "\${CLIENT_ID:?is clientId in the server’s first-run.json}"
: "\${CLIENT_SECRET:?is clientSecret in the server’s first-run.json}"
${tokenCall(origin, '$CLIENT_ID', '$CLIENT_SECRET')}
curl ${origin}/api/v2/externalcontacts/contacts \\
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"firstName": "Ada", "lastName": "Lovelace"}'`;
