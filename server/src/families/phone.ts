// Phone numbers: the caller writes `display`; what can be read as a number is shown internationally and gains an E.164
// form, what cannot is kept as typed. Nothing is rejected for its format.
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { callingCodeOf, readNumber } from './numbering.ts';

export interface PhoneInput {
  display?: string;
  extension?: number;
  acceptsSMS?: boolean;
  normalizationCountryCode?: string;
}

export interface Phone extends PhoneInput {
  display: string;
  userInput: string;
  e164?: string;
  countryCode?: string;
}

/**
 * @param defaultCountry ISO 3166 code assumed for numbers without a country code, unless the number names one itself
 * @returns null where no number was given
 */
export function readPhone(input: PhoneInput | undefined, defaultCountry: string): Phone | null {
  if (!input?.display) return null;
  const wanted = input.normalizationCountryCode?.toUpperCase() ?? defaultCountry;
  const country = isSupportedCountry(wanted) ? wanted : (defaultCountry as CountryCode);
  const readable = readNumber(input.display, country);
  const extension = input.extension ?? (readable?.ext && /^\d{1,9}$/.test(readable.ext) ? Number(readable.ext) : undefined);
  const given = {
    ...(extension === undefined ? {} : { extension }),
    ...(input.acceptsSMS === undefined ? {} : { acceptsSMS: input.acceptsSMS }),
    ...(input.normalizationCountryCode === undefined ? {} : { normalizationCountryCode: input.normalizationCountryCode }),
  };
  if (!readable) return { display: input.display, userInput: input.display, ...given };
  return {
    display: readable.display,
    userInput: input.display,
    e164: readable.e164,
    ...(readable.country ? { countryCode: readable.country } : {}),
    ...given,
  };
}

/** What a phone is searched by besides its E.164 form: the digits as typed, and without the country code. */
export function phoneDigits(phone: Phone | null): string[] {
  if (!phone) return [];
  const typed = phone.userInput.replace(/\D/g, '');
  const e164 = phone.e164?.slice(1) ?? '';
  return [typed, e164, nationalDigits(phone)].filter((digits) => digits.length >= 3);
}

/** Where the country is known, so is its code, and the number need not be read again, which is most of what a phone costs. */
function nationalDigits({ e164, countryCode }: Phone): string {
  if (e164 === undefined) return '';
  if (countryCode && isSupportedCountry(countryCode)) return e164.slice(1 + callingCodeOf(countryCode).length);
  return parsePhoneNumberFromString(e164)?.nationalNumber ?? '';
}
