// Why work on a job ends where its own slice has no more to say of it.

/** It cannot be gone on with, and why: for people. */
export class Unworkable extends Error {}

/** Somebody else has moved it: it was cancelled, or another process goes on with it. */
export class Superseded extends Error {}
