// Where one is on the way from a file to the directory.
import { useText } from '../language/language.tsx';
import './imports.css';

const STEPS = ['file', 'columns', 'rules', 'check', 'import'] as const;
export type Step = (typeof STEPS)[number];

/** @param current none where all of them are done */
export function Steps({ current }: { current: Step | undefined }) {
  const t = useText();
  const at = current ? STEPS.indexOf(current) : STEPS.length;
  return (
    <ol className="import-steps" aria-label={t('imports.steps')}>
      {STEPS.map((step, i) => (
        <li key={step} aria-current={step === current ? 'step' : undefined} data-done={i < at || undefined}>
          <span className="import-step-number">{i < at ? '✓' : i + 1}</span>
          <span className="import-step-name">{t(`imports.step.${step}`)}</span>
        </li>
      ))}
    </ol>
  );
}
