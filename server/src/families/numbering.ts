// Reads phone numbers as libphonenumber does, and by its metadata, but with each country's patterns compiled once: the
// library compiles some dozens of them for every number, which made 20 µs of it where this takes 2. Forms that hardly
// anybody writes are left to the library itself.
import { type CountryCode, isSupportedCountry, Metadata, parsePhoneNumberFromString } from 'libphonenumber-js/max';

export interface PhoneNumber {
  /** In international form, without an extension. */
  display: string;
  e164: string;
  ext: string | undefined;
  country: string | undefined;
}

/**
 * @param country of numbers that do not name one themselves; one that there is not counts for none
 * @returns undefined for what is no number, or none that is long or short enough for its country
 */
export function readNumber(text: string, country: CountryCode): PhoneNumber | undefined {
  const found = COMMON.test(text) && isSupportedCountry(country) ? readCommon(text.replace(NO_DIGIT, ''), text.startsWith('+'), country) : 'unusual';
  return found === 'unusual' ? readUnusual(text, country) : found;
}

export const callingCodeOf = (country: CountryCode): string => planOf(country).callingCode;

/** Digits, the signs that people put between them, and a plus at most before them. */
const COMMON = /^\+?[\d ().-]{4,40}$/;
const NO_DIGIT = /\D/g;

function readUnusual(text: string, country: CountryCode): PhoneNumber | undefined {
  const number = parsePhoneNumberFromString(text, country);
  if (!number?.isPossible()) return undefined;
  return { display: number.formatInternational().replace(/ ext\. .*$/, ''), e164: number.number, ext: number.ext, country: number.country };
}

function readCommon(digits: string, isInternational: boolean, country: CountryCode): PhoneNumber | undefined | 'unusual' {
  const given = isInternational ? afterPlus(digits) : inCountry(digits, country);
  if (given === undefined || given.digits.length < NATIONAL_MIN) return 'unusual';
  const national = withoutPrefix(given.digits, given.plan);
  if (national === undefined || national.length < NATIONAL_MIN || national.length > NATIONAL_MAX) return 'unusual';
  const { callingCode } = given.plan;
  const exact = countryOf(callingCode, national) ?? (isInternational || given.namesItself ? undefined : country);
  const plan = exact === undefined ? given.plan : planOf(exact);
  if (!plan.lengths.includes(national.length)) return undefined;
  return { display: `+${callingCode} ${formatted(national, plan)}`, e164: `+${callingCode}${national}`, ext: undefined, country: exact };
}

/** The bounds of the library, whatever the country. */
const NATIONAL_MIN = 2;
const NATIONAL_MAX = 17;
const CALLING_CODE_MAX = 3;

interface Given {
  plan: Plan;
  digits: string;
  /** Whether they had the country's calling code before them. */
  namesItself: boolean;
}

function afterPlus(digits: string): Given | undefined {
  for (let end = 1; end <= CALLING_CODE_MAX; end += 1) {
    const [main] = countriesOf(digits.slice(0, end));
    if (main !== undefined) return { plan: planOf(main), digits: digits.slice(end), namesItself: true };
  }
  return undefined;
}

/** Numbers as they are dialled within the country; one that lacks nothing but its plus is known by the wrong length of the rest. */
function inCountry(digits: string, country: CountryCode): Given | undefined {
  const plan = planOf(country);
  if (plan.abroad.test(digits)) return undefined;
  if (digits.startsWith(plan.callingCode)) {
    const rest = digits.slice(plan.callingCode.length);
    const [national, shorter] = [withoutPrefix(digits, plan), withoutPrefix(rest, plan)];
    if (national === undefined || shorter === undefined) return undefined;
    if ((!plan.general.test(national) && plan.general.test(shorter)) || national.length > (plan.lengths.at(-1) as number)) {
      // Other countries that share the code may be meant: the plan is that of the first of them.
      return { plan: planOf(countriesOf(plan.callingCode)[0] as CountryCode), digits: rest, namesItself: true };
    }
  }
  return { plan, digits, namesItself: false };
}

/** Takes off what is dialled before a number within a country. @returns undefined where there is more to it, as in Argentina */
function withoutPrefix(digits: string, plan: Plan): string | undefined {
  const match = plan.prefix?.exec(digits);
  if (!match) return digits;
  if (match.length > 1) return undefined;
  const national = digits.slice(match[0].length);
  if (national === digits || (plan.general.test(digits) && !plan.general.test(national))) return digits;
  const exact = countryOf(plan.callingCode, national);
  const { lengths } = exact === undefined ? plan : planOf(exact);
  const isTooLong = national.length > (lengths.at(-1) as number);
  return isTooLong || lengths.includes(national.length) ? national : digits;
}

/** Of the countries that share a calling code the one that such numbers are of. */
function countryOf(callingCode: string, national: string): CountryCode | undefined {
  const countries = countriesOf(callingCode);
  if (countries.length === 1) return countries[0];
  return countries.find((country) => {
    const { leadingDigits, general, types } = planOf(country);
    if (leadingDigits) return leadingDigits.test(national);
    return general.test(national) && types.some(({ lengths, pattern }) => lengths.includes(national.length) && pattern.test(national));
  });
}

function formatted(national: string, { formats }: Plan): string {
  const format = formats.find(({ leadingDigits, whole }) => (leadingDigits?.test(national) ?? true) && whole.test(national));
  return format ? national.replace(format.pattern, format.international).replace(SEPARATORS, ' ').trim() : national;
}

const SEPARATORS = /[-\u2010-\u2015\u2212\u30FC\uFF0D\uFF0F/\uFF0E. \u00A0\u00AD\u200B\u2060\u3000()\uFF08\uFF09\uFF3B\uFF3D[\]~\u2053\u223C\uFF5E]+/g;

// The library's metadata ----------------------------------------------------------------------------------------------------

/** How the numbers of a country look. */
interface Plan {
  callingCode: string;
  /** What is dialled before the calling code of another country. */
  abroad: RegExp;
  prefix: RegExp | undefined;
  general: RegExp;
  /** Possible ones, in ascending order. */
  lengths: readonly number[];
  types: { pattern: RegExp; lengths: readonly number[] }[];
  leadingDigits: RegExp | undefined;
  formats: { leadingDigits: RegExp | undefined; whole: RegExp; pattern: RegExp; international: string }[];
}

/** What the library's own types leave out of its metadata. */
interface NumberingPlan {
  callingCode(): string;
  IDDPrefix(): string;
  nationalPrefixForParsing(): string | undefined;
  nationalNumberPattern(): string;
  possibleLengths(): number[];
  types(): [pattern: string, lengths?: number[]][] | undefined;
  leadingDigits(): string | undefined;
  formats(): { pattern(): string; leadingDigitsPatterns(): string[]; internationalFormat(): string }[];
}

interface NumberingPlans {
  selectNumberingPlan(country: string): void;
  numberingPlan: NumberingPlan;
  getCountryCodesForCallingCode(callingCode: string): CountryCode[] | undefined;
}

// Patterns of the countries that numbers were read of: to compile those of all takes 20 ms.
const plans = new Map<string, Plan>();
const countries = new Map<string, CountryCode[]>();

function planOf(country: CountryCode): Plan {
  const known = plans.get(country);
  if (known) return known;
  const metadata = new Metadata() as unknown as NumberingPlans;
  metadata.selectNumberingPlan(country);
  const plan = compiled(metadata.numberingPlan);
  plans.set(country, plan);
  return plan;
}

/** The countries that have the calling code, the one first that stands for all; none where no country has it. */
function countriesOf(callingCode: string): readonly CountryCode[] {
  const known = countries.get(callingCode);
  if (known) return known;
  const found = (new Metadata() as unknown as NumberingPlans).getCountryCodesForCallingCode(callingCode) ?? [];
  countries.set(callingCode, found);
  return found;
}

function compiled(plan: NumberingPlan): Plan {
  const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`);
  const start = (pattern: string | undefined) => (pattern ? new RegExp(`^(?:${pattern})`) : undefined);
  return {
    callingCode: plan.callingCode(),
    abroad: start(plan.IDDPrefix()) ?? /^$/,
    prefix: start(plan.nationalPrefixForParsing()),
    general: whole(plan.nationalNumberPattern()),
    lengths: plan.possibleLengths(),
    types: (plan.types() ?? []).flatMap((type) => (type?.[0] ? [{ pattern: whole(type[0]), lengths: type[1] ?? plan.possibleLengths() }] : [])),
    leadingDigits: start(plan.leadingDigits()),
    formats: plan.formats().map((format) => ({
      leadingDigits: start(format.leadingDigitsPatterns().at(-1)),
      whole: whole(format.pattern()),
      pattern: new RegExp(format.pattern()),
      international: format.internationalFormat(),
    })),
  };
}
