/**
 * Where a provider sends browsers back to. Each has one of its own, so that what one provider answers is never taken for
 * another's (RFC 9700 §4.4.2.2).
 */
export const redirectUri = (ownUrl: string, providerId: string): string => `${ownUrl}${CALLBACK_PATH}/${providerId}`;

export const CALLBACK_PATH = '/oauth/callback';
