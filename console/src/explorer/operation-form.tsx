// What an operation takes, to fill in; what it answers; and the same request as code.
import { Alert, Autocomplete, Button, Code, Group, ScrollArea, SimpleGrid, Stack, Tabs, Text, Textarea, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Call } from '../api/curl.ts';
import { modals } from '../frame/confirm.tsx';
import { useText } from '../language/language.tsx';
import { Snippet } from '../list/parts.tsx';
import { accessToken } from '../session/tokens.ts';
import { exampleOf, type Operation, type Parameter, type Reference } from './operations.ts';
import { snippetsOf } from './snippets.ts';

interface Answer {
  status: number;
  ms: number;
  /** Undefined of a stream. */
  text: string | undefined;
}

export function OperationForm({ operation, schemas }: { operation: Operation; schemas: Reference['schemas'] }) {
  const t = useText();
  const [values, setValues] = useState<Record<string, string>>({});
  const [body, setBody] = useState('');
  const call = callOf(operation, values, body);
  const running = useMutation({ mutationFn: () => run(call, operation.contentType) });
  const missing = operation.parameters.some(({ name, required }) => required && !values[name]);
  const start = () =>
    operation.method === 'DELETE'
      ? modals.confirm({
          title: t('explorer.run.title', { operation: operation.summary }),
          text: t('explorer.run.hint'),
          confirm: t('explorer.run'),
          act: () => running.mutateAsync(),
        })
      : running.mutate();
  return (
    <Stack>
      <Stack
        component="form"
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        {operation.parameters.length > 0 && (
          <SimpleGrid cols={{ base: 1, sm: 2 }} component="section" aria-label={t('explorer.parameters')}>
            {operation.parameters.map((parameter) => (
              <ParameterInput
                key={parameter.name}
                parameter={parameter}
                value={values[parameter.name] ?? ''}
                onChange={(value) => setValues((old) => ({ ...old, [parameter.name]: value }))}
              />
            ))}
          </SimpleGrid>
        )}
        {operation.body && (
          <Stack gap={4}>
            <Textarea
              label={t('explorer.body')}
              description={operation.contentType}
              autosize
              minRows={4}
              maxRows={20}
              ff="monospace"
              spellCheck={false}
              value={body}
              onChange={(event) => setBody(event.currentTarget.value)}
            />
            <Button
              size="compact-xs"
              variant="subtle"
              w="fit-content"
              onClick={() => setBody(JSON.stringify(exampleOf(operation.body, schemas) ?? {}, null, 2))}
            >
              {t('explorer.body.example')}
            </Button>
          </Stack>
        )}
        <Group>
          <Button type="submit" size="xs" disabled={missing} loading={running.isPending} color={operation.method === 'DELETE' ? 'red' : 'indigo'}>
            {t('explorer.run')}
          </Button>
        </Group>
      </Stack>
      {running.error && <Alert color="red" title={running.error.message} />}
      {running.data && <Answered answer={running.data} />}
      <Snippets call={call} />
    </Stack>
  );
}

interface ParameterInputProps {
  parameter: Parameter;
  value: string;
  onChange(value: string): void;
}

function ParameterInput({ parameter: { name, required, description, schema }, value, onChange }: ParameterInputProps) {
  const options = schema?.enum ?? schema?.items?.enum ?? (schema?.type === 'boolean' ? ['true', 'false'] : []);
  return (
    <Autocomplete
      size="xs"
      label={name}
      description={description}
      required={required ?? false}
      data={options.map(String)}
      placeholder={schema?.default === undefined ? '' : String(schema.default)}
      value={value}
      onChange={onChange}
    />
  );
}

function Answered({ answer: { status, ms, text } }: { answer: Answer }) {
  const t = useText();
  return (
    <section aria-live="polite">
      <Title order={3} size="h6">
        {t('explorer.answer', { status, ms })}
      </Title>
      {text === undefined || text === '' ? (
        <Text size="sm" c="dimmed">
          {t(text === undefined ? 'explorer.answer.stream' : 'explorer.answer.empty')}
        </Text>
      ) : (
        <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0 }}>
          <Code block>{pretty(text)}</Code>
        </ScrollArea.Autosize>
      )}
    </section>
  );
}

function Snippets({ call }: { call: Call }) {
  const t = useText();
  const snippets = Object.entries(snippetsOf(call));
  return (
    <section aria-label={t('explorer.snippets')}>
      <Tabs defaultValue="curl" keepMounted={false}>
        <Tabs.List>
          {snippets.map(([language]) => (
            <Tabs.Tab key={language} value={language}>
              {language}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippets.map(([language, code]) => (
          <Tabs.Panel key={language} value={language} pt="xs">
            <Snippet title={t('explorer.token')} code={code} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </section>
  );
}

function callOf({ method, path, parameters, body: takes }: Operation, values: Record<string, string>, body: string): Call {
  const at = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (values[name] ? encodeURIComponent(values[name]) : `{${name}}`));
  const query = new URLSearchParams(parameters.filter((one) => one.in === 'query' && values[one.name]).map(({ name }) => [name, values[name] ?? '']));
  return { method, url: query.size > 0 ? `${at}?${query}` : at, ...(takes && body.trim() !== '' ? { body } : {}) };
}

async function run({ method, url, body }: Call, contentType = 'application/json'): Promise<Answer> {
  const since = performance.now();
  const answer = await fetch(url, {
    method,
    headers: { Authorization: `Bearer ${await accessToken()}`, ...(body === undefined ? {} : { 'Content-Type': contentType }) },
    ...(body === undefined ? {} : { body }),
  });
  const endless = answer.headers.get('content-type')?.startsWith('text/event-stream');
  const text = endless ? undefined : await answer.text();
  if (endless) await answer.body?.cancel();
  return { status: answer.status, ms: Math.round(performance.now() - since), text };
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
