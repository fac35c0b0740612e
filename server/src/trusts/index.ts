// What other slices may use of trusts.
export { createTrustDoor, type TrustDoor, type Trustor } from './store.ts';
