// By which ways an organization is reached: what it has in its own fields, and what only service desks keep apart.
import { ActionIcon, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
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
  const query = useQuery({ queryKey: keyOf(id), queryFn: () => pointsOf(id) });
  return <Shown query={query}>{(points) => <Edit key={id} id={id} points={points} />}</Shown>;
}

const keyOf = (id: string) => ['contact points', id];
const paramsOf = (id: string) => ({ path: { externalOrganizationId: id } });
const pointsOf = async (id: string) => (await body(api.GET(PATH, { params: paramsOf(id) }))).entities as Point[];

const kindOf = (point: Point): Kind => KINDS.find((kind) => point[kind] !== undefined) ?? 'telephone';

function Edit({ id, points }: { id: string; points: Point[] }) {
  const t = useText();
  const edits = useMay()('externalContacts:externalOrganization:edit');
  const queries = useQueryClient();
  const form = useForm({
    initial: {} as { entities?: Point[]; read?: Point[] },
    save: async ({ entities: wanted = points, read = points }) => {
      // They have no version of their own, and programs keep some of them.
      if (JSON.stringify(await pointsOf(id)) !== JSON.stringify(read)) throw new Error(t('points.changed'));
      const saved = await body(api.PUT(PATH, { params: paramsOf(id), body: { entities: wanted } }));
      queries.setQueryData(keyOf(id), saved.entities);
      form.setDraft({});
    },
  });
  const { entities = points } = form.draft;
  const change = (next: Point[]) => form.setDraft(({ read = points }) => ({ entities: next, read }));
  const replace = (at: number, point: Point | undefined) => change(entities.flatMap((old, i) => (i === at ? (point ?? []) : old)));
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
          <Button size="compact-sm" variant="light" w="fit-content" onClick={() => change([...entities, { label: 'general', telephone: '' } as Point])}>
            {t('points.add')}
          </Button>
        </Stack>
      )}
    </Form>
  );
}
