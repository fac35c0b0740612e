// What other slices may use of trusts.
export { createTrustDoor, type TrustDoor, type Trustor, trustorsOfUser } from './door.ts';
export { trustHandlers } from './operations.ts';
export { deleteExpiredPairings } from './pairings/store.ts';
