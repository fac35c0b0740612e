// How long it stays known what was before. This is the slice's only door.
export { forgetHistory, requireRemembered } from './store.ts';
