// The mended file goes back into an import with the settings of the one that refused its rows.
import { useNavigate } from '@tanstack/react-router';
import { useText } from '../language/language.tsx';
import { DropFile } from './drop-file.tsx';
import { jobOf } from './queries.ts';
import { detailsOf } from './send.ts';
import { fittingSettings, startJob } from './start.ts';

/** @param settings the job's CSV settings, where they are known */
export function Mend({ jobId, settings }: { jobId: string; settings: string | undefined }) {
  const t = useText();
  const navigate = useNavigate();
  const again = async (uploadId: string) => {
    const [job, { importable, columns = [], validationResult }] = await Promise.all([jobOf(jobId), detailsOf(uploadId)]);
    if (!importable) throw new Error(validationResult.errors.map(({ message }) => message).join(' '));
    const csvSettings = settings ?? (await fittingSettings(job.settings.id as string, columns));
    const next = await startJob(uploadId, csvSettings, job.division?.id);
    await navigate({ to: `/imports/${next}` as never, search: { settings: csvSettings } as never });
  };
  return <DropFile title={t('imports.mend.title')} hint={t('imports.mend.hint')} onSent={again} />;
}
