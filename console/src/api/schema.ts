// The contract's types.
import type { components, paths } from '../../../contract/generated/types.d.ts';

export type Paths = paths;
export type Schema = components['schemas'];
