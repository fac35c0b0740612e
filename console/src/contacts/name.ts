// How a person is called on screen.
import type { Schema } from '../api/schema.ts';

type Named = Pick<Schema['ExternalContact'], 'salutation' | 'firstName' | 'middleName' | 'lastName'>;

/** Empty where a contact has no name at all. */
export const nameOf = ({ firstName, middleName, lastName }: Named): string => [firstName, middleName, lastName].filter(Boolean).join(' ');
