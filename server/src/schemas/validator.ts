// Holds custom fields against a schema: each field has a check that is compiled from its definition, with the core type
// that the definition refers to under `definitions`, when it is first written.
import type { Fault } from '../contract/validate.ts';
import { cut } from '../families/cut.ts';
import { limits } from '../http/limits.ts';
import { type Compiled, compileField, compileTolerance } from './compile.ts';
import { type Document, type Field, fieldsOf } from './document.ts';

export interface Values {
  values: Record<string, unknown>;
  /** Found by their words. */
  texts: string[];
  /** Found whole. */
  ids: string[];
}

export interface Validator {
  /** Whether what a record holds already matters: some option is disabled. */
  hasDisabled: boolean;
  /**
   * The values to store, without those that are null; adds a fault for each field that breaks its rules.
   * @param before what the record holds, which may keep options that are disabled
   */
  read(given: Record<string, unknown>, before: Record<string, unknown> | null, faults: Fault[]): Values;
}

export function createValidator(document: Document): Validator {
  const fields = new Map([...fieldsOf(document)].map(([name, field]) => [name, createCheck(field)]));
  const tolerated = document.additionalProperties ? createTolerance() : undefined;
  return {
    hasDisabled: [...fields.values()].some(({ disabled }) => disabled.size > 0),
    read(given, before, faults) {
      const read: Values = { values: {}, texts: [], ids: [] };
      const entries = Object.entries(given);
      if (entries.length > limits.schemaFieldsMax) {
        faults.push({ field: 'customFields', code: 'maxProperties', rule: `takes at most ${limits.schemaFieldsMax} fields, but has ${entries.length}.` });
        return read;
      }
      for (const [name, value] of entries) {
        const field = `customFields.${cut(name, 100)}`;
        const check = fields.get(name) ?? tolerated;
        if (!check) faults.push({ field, code: 'unknown', rule: 'is no field of the schema.' });
        else if (value !== null) {
          const kept = before !== null && Object.hasOwn(before, name) && before[name] === value;
          const fault = check.fault(field, value) ?? (check.disabled.has(value) && !kept ? disabledOption(field, value) : undefined);
          if (fault) faults.push(fault);
          else {
            read.values[name] = value;
            check.found(value, read);
          }
        }
      }
      for (const name of document.required ?? [])
        if (!Object.hasOwn(given, name) || given[name] === null) faults.push({ field: `customFields.${name}`, code: 'required', rule: 'is required.' });
      return read;
    },
  };
}

interface Check {
  fault: Compiled;
  /** Options that cannot be newly chosen. */
  disabled: ReadonlySet<unknown>;
  /** Notes what a value that is valid can be found by. */
  found(value: unknown, read: Values): void;
}

function createCheck(field: Field): Check {
  const { type, definition } = field;
  const { enum: options = [], _enumProperties: properties = {} } = definition;
  const said = (option: unknown) => (Object.hasOwn(properties, option as string) ? properties[option as string] : undefined);
  let compiled: Compiled | undefined;
  return {
    disabled: new Set(options.filter((option) => said(option)?._disabled)),
    fault(at, value) {
      compiled ??= compileField(field);
      return compiled(at, value);
    },
    found(value, read) {
      switch (type) {
        case 'text':
        case 'longtext':
        case 'url':
          return void read.texts.push(value as string);
        case 'identifier':
          return void read.ids.push(value as string);
        case 'tag':
          return void read.ids.push(...(value as string[]));
        case 'enum': {
          const title = said(value)?.title;
          if (title !== undefined) read.texts.push(title);
          return void read.ids.push(value as string);
        }
      }
    },
  };
}

function createTolerance(): Check {
  let compiled: Compiled | undefined;
  return {
    disabled: new Set(),
    fault(at, value) {
      const name = at.slice('customFields.'.length);
      if ([...name].length > limits.fieldNameCharactersMax || name === '__proto__')
        return { field: at, code: 'name', rule: 'has a name that no field can have.' };
      compiled ??= compileTolerance();
      return compiled(at, value);
    },
    found(value, read) {
      if (typeof value === 'string') read.texts.push(value);
      if (Array.isArray(value)) read.ids.push(...value);
    },
  };
}

const disabledOption = (field: string, value: unknown): Fault => ({ field, code: 'disabled', rule: `names the option "${value}", which is disabled.` });
