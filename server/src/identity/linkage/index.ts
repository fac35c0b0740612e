// Finding the records that are probably one: pure functions, which neither read nor write anything. docs/duplicates.md
// explains the method.
export { BLOCK_RECORDS_MAX, blockingKeys, FEW_RECORDS, isStrong, KEY_CHARACTERS_MAX, KEYS_MAX, KEYS_WEIGHT_LEAST, keyWeight } from './blocking.ts';
export { type Cluster, clusters } from './cluster.ts';
export { type ContactFields, contactFeatures, type Features, type Kind, type OrganizationFields, organizationFeatures } from './features.ts';
export { learn, SAMPLED_PAIRS_MAX, SAMPLED_RECORDS_MAX, type Sample } from './learn.ts';
export { type Candidate, candidates, createSet, type Identified, learnFromSet, type RecordSet, type Suggestion, suggest } from './linkage.ts';
export { createScorer, type Evidence, type Model, type Scorer, SUGGESTED_FROM } from './model.ts';
