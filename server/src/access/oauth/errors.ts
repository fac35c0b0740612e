// What OAuth's endpoints refuse with.

/** A refusal with its code of RFC 6749. */
export class OAuthError extends Error {
  readonly error: string;
  constructor(error: string, description: string) {
    super(description);
    this.error = error;
  }
}
