// By which ways an organization is reached: what it has in its own fields, and what only service desks keep apart.
import { ActionIcon, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { Empty, Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { Form, useForm } from '../list/form.tsx';
import { useMay } from '../session/session.ts';

type Point = Schema['LiaisonContactPointsInput']['entities'][number];
const KINDS = ['telephone', 'email', 'website'] as const;
type Kind = (typeof KINDS)[number];
const LABELS = ['general', 'service_desk', 'fax', 'service_desk_fax'] as const;
const PATH = '/liaison/v1/organizations/{externalOrganizationId}/contact-points';

export default function ContactPoints({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ['contact points', id],
    queryFn: ({ signal }) => body(api.GET(PATH, { params: { path: { externalOrganizationId: id } }, signal })),
  });
  return <Shown query={query}>{({ entities }) => <Edit key={JSON.stringify(entities)} id={id} points={entities as Point[]} />}</Shown>;
}

const kindOf = (point: Point): Kind => KINDS.find((kind) => point[kind] !== undefined) ?? 'telephone';

function Edit({ id, points }: { id: string; points: Point[] }) {
  const t = useText();
  const edits = useMay()('externalContacts:externalOrganization:edit');
  const form = useForm({
    initial: { entities: points },
    save: ({ entities }) => body(api.PUT(PATH, { params: { path: { externalOrganizationId: id } }, body: { entities } })),
  });
  const { entities } = form.draft;
  const replace = (at: number, point: Point | undefined) =>
    form.set(
      'entities',
      entities.flatMap((old, i) => (i === at ? (point ?? []) : old)),
    );
  if (!edits && entities.length === 0) return <Empty title={t('points.none')} />;
  return (
    <Form form={form} submit="action.save" disabled={!edits}>
      {entities.map((point, i) => {
        const kind = kindOf(point);
        // What a program keeps, people leave alone.
        const fixed = !edits || point.integration === true;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a new point has no other name than its place.
          <Group key={i} align="flex-end" role="group" aria-label={`${t(`points.${kind}`)} ${i + 1}`}>
            <Select
              label={t('points.kind')}
              w={130}
              size="xs"
              allowDeselect={false}
              disabled={fixed}
              data={KINDS.map((value) => ({ value, label: t(`points.${value}`) }))}
              value={kind}
              onChange={(next) => {
                const { telephone, email, website, ...rest } = point;
                replace(i, { ...rest, [next as Kind]: telephone ?? email ?? website ?? '' });
              }}
            />
            <Select
              label={t('points.label')}
              w={170}
              size="xs"
              allowDeselect={false}
              disabled={fixed}
              data={LABELS.map((value) => ({ value, label: t(`points.label.${value}`) }))}
              value={point.label}
              onChange={(label) => replace(i, { ...point, label: label as Point['label'] })}
            />
            <TextInput
              label={t('points.value')}
              size="xs"
              flex={1}
              miw={180}
              disabled={fixed}
              value={point[kind] ?? ''}
              error={form.faults[`entities[${i}].${kind}`]}
              onChange={(event) => replace(i, { ...point, [kind]: event.currentTarget.value })}
            />
            {!fixed && (
              <ActionIcon variant="subtle" size="lg" color="red" aria-label={t('points.remove', { number: i + 1 })} onClick={() => replace(i, undefined)}>
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        );
      })}
      {edits && (
        <Stack>
          <Button
            size="compact-sm"
            variant="light"
            w="fit-content"
            onClick={() => form.set('entities', [...entities, { label: 'general', telephone: '' } as Point])}
          >
            {t('points.add')}
          </Button>
        </Stack>
      )}
    </Form>
  );
}
