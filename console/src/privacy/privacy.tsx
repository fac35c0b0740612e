// A person's rights: what is held on somebody, and forgetting it.
import { Stack, Text, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { Erasures } from './erasures.tsx';
import { FindPerson, type Sought } from './find-person.tsx';
import { Person } from './person.tsx';

interface View extends Sought {
  /** Id of the contact that was picked. */
  person?: string;
  archive?: string;
}

export function Privacy() {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const { person, archive, ...sought } = useSearch({ strict: false }) as View;
  const [erased, setErased] = useState(0);
  const show = (view: View) => navigate({ to: '/privacy' as never, search: view as never });
  return (
    <Stack maw={1000}>
      <div>
        <Title order={1} size="h3">
          {t('privacy.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('privacy.hint')}
        </Text>
      </div>
      <FindPerson key={erased} sought={person === undefined ? sought : {}} onSeek={show} onPick={(id) => show({ ...sought, person: id })} />
      {person !== undefined && (
        <Person
          key={person}
          id={person}
          archive={archive}
          onArchive={(id) => navigate({ to: '/privacy' as never, search: { ...sought, person, archive: id } as never, replace: true })}
          onErased={() => {
            // Neither the field nor the address goes on naming who was to be forgotten.
            setErased(erased + 1);
            navigate({ to: '/privacy' as never, search: {} as never, replace: true });
          }}
        />
      )}
      {may('liaison:subject:erase') && <Erasures />}
    </Stack>
  );
}
