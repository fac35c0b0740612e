// Days in the reader's own time, as the trusts' moments.

/** Where the reader is, as a date input has it: year, month, day, which is how Swedes write it. */
export const dayOf = (time: string): string => new Date(time).toLocaleDateString('sv');

/** A trust that expires on a day holds until that day ends. */
export const endOfDay = (day: string): string | undefined => (day === '' ? undefined : new Date(`${day}T23:59:59.999`).toISOString());
