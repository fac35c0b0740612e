// Every limit of the server that the contract does not carry itself, each with its source.
export const limits = {
  /** A page listing reaches the first 1,000 records; scans go further (the API's own rule for pageSize × pageNumber). */
  pageWindow: 1000,
  /** `total` is exact up to here; past it, it says this with `partialResults: true`. */
  totalExactMax: 10_000,
  /** Matches that the planner expects from which a search counts as dense: half more than is counted, for its estimates were within a fifth. */
  denseHitsExpected: 15_000,
  /** Rows walked along a sort index for a dense search before the hits are sorted instead. Measured: 20,000 rows take about 20 ms. */
  walkedRowsMax: 20_000,
  /** Words of a search taken into account; more than this is no search anybody types. */
  searchWordsMax: 16,
  /** Words of one record, in bytes; what comes after is not found. A tsvector holds 1 MB, and array_to_tsvector does not check. */
  recordWordsBytesMax: 256 * 1024,
  /** A cursor is good for a day (the API's own rule). */
  cursorLifeSeconds: 86_400,
  /** Reverse white pages answer at most 25 contacts (the API's own rule). */
  reverseWhitePagesMax: 25,
  /** Request bodies: 1,000 contacts of 10 KB each. */
  bodyBytesMax: 10 * 1024 * 1024,
  /** Levels of objects and arrays in a request body. */
  bodyDepthMax: 64,
  /** How long a client may take to send a request. */
  requestTimeoutMs: 60_000,
  /** Items of an array for which the contract names no limit. Checking more takes quadratic time. */
  bodyItemsMax: 1000,
  /** Details listed in one error body. */
  errorDetailsMax: 50,
  /** Form bodies of /oauth/token. */
  formBytesMax: 64 * 1024,
  /** How long a process may use what it knows of a token before it asks again. Revocations are told at once besides. */
  tokenCacheMs: 2000,
  /** Tokens a process remembers. */
  tokenCacheMax: 10_000,
} as const;
