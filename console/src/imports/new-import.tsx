// From a file to a job that checks it. What was chosen so far is in the address, so that a reload loses nothing.
import { Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { type Chosen, ColumnsStep, useMapping } from './columns-step.tsx';
import { DropFile } from './drop-file.tsx';
import { FileStep } from './file-step.tsx';
import { uploadQuery } from './queries.ts';
import { type RulesState, RulesStep } from './rules-step.tsx';
import { Steps } from './steps.tsx';

interface Wizard extends RulesState {
  upload?: string;
  step?: 'columns' | 'rules';
  fields?: Chosen;
}

const NOTHING_CHOSEN: Chosen = {};

export function NewImport() {
  const t = useText();
  const navigate = useNavigate();
  const { upload, step } = useSearch({ strict: false }) as Wizard;
  return (
    <Stack maw={1000}>
      <Title order={1} size="h3">
        {t('imports.new')}
      </Title>
      <Steps current={upload === undefined ? 'file' : (step ?? 'file')} />
      {upload === undefined ? (
        <DropFile
          title={t('imports.file.drop')}
          hint={t('imports.file.drop.hint')}
          onSent={(uploadId) => navigate({ to: '/imports/new' as never, search: { upload: uploadId } as never })}
          pasting
        />
      ) : (
        <Uploaded uploadId={upload} />
      )}
    </Stack>
  );
}

const NO_COLUMNS: string[] = [];

function Uploaded({ uploadId }: { uploadId: string }) {
  const navigate = useNavigate();
  const wizard = useSearch({ strict: false }) as Wizard;
  const { step, fields = NOTHING_CHOSEN, source, match, merge, division } = wizard;
  const upload = useQuery(uploadQuery(uploadId));
  const headers = upload.data?.columns ?? NO_COLUMNS;
  const { mappings } = useMapping(headers, fields);
  const go = (change: Partial<Wizard>, replace = false) => navigate({ to: '/imports/new' as never, search: { ...wizard, ...change } as never, replace });
  return (
    <Shown query={upload}>
      {(details) => {
        switch (details.importable ? step : undefined) {
          case 'columns':
            return (
              <ColumnsStep
                uploadId={uploadId}
                headers={headers}
                chosen={fields}
                onChoose={(chosen) => go({ fields: chosen }, true)}
                onNext={() => go({ step: 'rules' })}
                onBack={() => navigate({ to: '/imports/new' as never, search: { upload: uploadId, fields } as never })}
              />
            );
          case 'rules':
            return (
              <RulesStep
                uploadId={uploadId}
                mappings={mappings}
                rules={{ ...(source === undefined ? {} : { source: String(source) }), match: match ?? [], merge: merge ?? false, division }}
                onChange={(rules) => go(rules, true)}
                onStarted={({ jobId, csvSettingsId }) => navigate({ to: `/imports/${jobId}` as never, search: { settings: csvSettingsId } as never })}
                onBack={() => go({ step: 'columns' })}
              />
            );
          default:
            return (
              <FileStep
                details={details}
                onNext={() => go({ step: 'columns' })}
                onOther={() => navigate({ to: '/imports/new' as never, search: {} as never })}
              />
            );
        }
      }}
    </Shown>
  );
}
