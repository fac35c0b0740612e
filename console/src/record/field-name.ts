// What people call a field of a record that the API names by a path.
import { useIntl } from 'react-intl';
import { type TextKey, useText } from '../language/language.tsx';

/** @returns the path itself for a field that has no name here, such as a custom one */
export function useFieldName(): (path: string) => string {
  const t = useText();
  const { messages } = useIntl();
  return (path) => {
    const text = `field.${path.replace(/\.display$/, '')}`;
    return text in messages ? t(text as TextKey) : path;
  };
}
