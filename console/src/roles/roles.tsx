// Roles, and the divisions in which they are given.
import { useText } from '../language/language.tsx';
import { useAddress } from '../list/address.ts';
import { Parts } from '../list/parts.tsx';
import { Divisions } from './divisions.tsx';
import { RoleList } from './role-list.tsx';

type Part = 'roles' | 'divisions';

export function Roles() {
  const t = useText();
  const [{ part = 'roles' }, show] = useAddress<{ part?: Part; open?: string | undefined }>();
  const above = (
    <Parts
      label={t('list.part')}
      value={part}
      parts={{ roles: t('roles.roles'), divisions: t('roles.divisions') }}
      onChange={(next) => show({ part: next, open: undefined })}
    />
  );
  return part === 'roles' ? <RoleList above={above} /> : <Divisions above={above} />;
}
