// Whom this organization lets in, and who lets it in.
import { useText } from '../language/language.tsx';
import { useAddress } from '../list/address.ts';
import { Parts } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';
import { Trustees } from './trustees.tsx';
import { Trustors } from './trustors.tsx';

type Side = 'trustees' | 'trustors';

export function Trust() {
  const t = useText();
  const may = useMay();
  const [{ side = may('authorization:orgTrustee:view') ? 'trustees' : 'trustors' }, show] = useAddress<{ side?: Side; open?: string | undefined }>();
  const both = may('authorization:orgTrustee:view') && may('authorization:orgTrustor:view');
  const above = both && (
    <Parts
      label={t('list.part')}
      value={side}
      parts={{ trustees: t('trust.trustees'), trustors: t('trust.trustors') }}
      onChange={(next) => show({ side: next, open: undefined })}
    />
  );
  return side === 'trustees' ? <Trustees above={above} /> : <Trustors above={above} />;
}
