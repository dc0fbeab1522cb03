import type { SqlValue } from './syntax.ts';

const decimal = /^-?\d+(\.\d+)?([eE]-?\d+)?$/;

/** A value as a number by the standard conversions: numbers, and strings that read as a decimal; else Undefined. */
export const toNumber = (value: SqlValue): number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && decimal.test(value) ? Number(value) : undefined;
};

/** A value as a boolean: booleans, and the strings true and false in any case; else Undefined. */
export const toBoolean = (value: SqlValue): boolean | undefined => {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const text = value.toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
};

/** A value as text; objects and arrays as JSON; null and Undefined have no text. */
export const toText = (value: SqlValue): string | undefined => {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** The own attribute of an object, else Undefined. Never something inherited, such as `constructor`. */
export const attributeOf = (value: SqlValue, name: string): SqlValue =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

export const isObject = (value: SqlValue): value is { [key: string]: SqlValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
