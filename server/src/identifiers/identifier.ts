// What identifies a person or a company across systems. Many records may hold the same value; one of a division has
// the claim to it: the first that came to hold it and has not let go. See docs/architecture.md, "Identifiers".

import { readPhone } from '../families/phone.ts';
import type { Wire } from '../families/wire.ts';

export type IdentifierType = Wire['ContactIdentifier']['type'];
export type OwnerKind = 'contact' | 'organization';

/** The source_id of identifiers that come from no external source. */
export const NO_SOURCE = '00000000-0000-0000-0000-000000000000';

export interface Identifier {
  type: IdentifierType;
  /** In the one form that compares: see normalizeValue. */
  value: string;
  sourceId: string;
}

/**
 * The form in which values of a type compare: E.164 for phones, lower case for e-mail addresses, digits for WhatsApp,
 * as given for the rest.
 * @param defaultCountry assumed for phones without a country code; look-ups give none, because they must name it
 * @returns undefined where the value is no phone number or e-mail address
 */
export function normalizeValue(type: IdentifierType, value: string, defaultCountry?: string): string | undefined {
  const trimmed = value.trim();
  switch (type) {
    case 'Phone':
      if (defaultCountry === undefined && !trimmed.startsWith('+')) return undefined;
      return readPhone({ display: trimmed }, defaultCountry ?? 'US')?.e164;
    case 'Email':
      return /^[^\s@]+@[^\s@]+$/.test(trimmed) ? trimmed.toLowerCase() : undefined;
    case 'SocialWhatsapp':
      return trimmed.replace(/[^\d]/g, '') || undefined;
    case 'SocialTwitter':
      return trimmed.replace(/^@/, '') || undefined;
    case 'SocialLine':
    case 'SocialFacebook':
    case 'SocialInstagram':
    case 'AppleOpaqueId':
    case 'Cookie':
    case 'ExternalId':
      return trimmed || undefined;
    default:
      throw new Error(`unknown identifier type ${type satisfies never}`);
  }
}
