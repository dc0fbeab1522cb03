import { z } from 'zod';

/** One setting as documents and the environment know it. `values`, `fallback` and `meaning` are Markdown. */
export type Setting = {
  readonly path: readonly string[];
  /** `camera.pauseSeconds` is `ROLLCALL_CAMERA__PAUSE_SECONDS`. */
  readonly environment: string;
  readonly type: 'string' | 'number' | 'boolean' | 'array';
  readonly values: string;
  readonly fallback: string;
  readonly meaning: string;
};

/** The part of JSON Schema that zod writes for our configuration. */
type Schema = {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
};

/** One row of a Markdown table. A bar would begin a new cell and a line break a new row, even within a code span. */
export const tableRow = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ')).join(' | ')} |`;

/** Name of the environment variable of a setting. */
export const environmentName = (path: readonly string[]): string =>
  `ROLLCALL_${path.map((key) => key.replace(/[A-Z]/g, '_$&').toUpperCase()).join('__')}`;

/** Lists the settings that a schema has, nested ones by their path, in the order of the schema. */
export const settingsOf = (schema: z.ZodType): readonly Setting[] =>
  walk(z.toJSONSchema(schema, { io: 'input' }) as Schema, [], true);

const walk = (schema: Schema, path: readonly string[], required: boolean): readonly Setting[] => {
  const kinds = schema.oneOf ?? schema.anyOf;
  if (kinds) {
    return joinKinds(
      kinds.map((kind) => ({
        name: code(kind.properties?.kind?.const),
        settings: walk(kind, path, required),
      })),
    );
  }
  if (schema.properties) {
    return Object.entries(schema.properties).flatMap(([key, inner]) =>
      walk(inner, [...path, key], required && (schema.required?.includes(key) ?? false)),
    );
  }
  const fallback = schema.default === undefined ? (required ? 'required' : '–') : code(schema.default);
  return [
    {
      path,
      environment: environmentName(path),
      type: typeOf(schema),
      values: valuesOf(schema),
      fallback,
      meaning: schema.description ?? '',
    },
  ];
};

type Variant = { readonly kind: string; readonly setting: Setting };

/** The settings of a union's kinds, each once: it says which kinds have it, and what it is to each where that differs. */
const joinKinds = (
  kinds: readonly { readonly name: string; readonly settings: readonly Setting[] }[],
): readonly Setting[] => {
  const byName = new Map<string, Variant[]>();
  for (const { name: kind, settings } of kinds) {
    for (const setting of settings) {
      byName.set(setting.environment, [...(byName.get(setting.environment) ?? []), { kind, setting }]);
    }
  }
  return [...byName.values()].map((variants) => joinVariants(variants, variants.length === kinds.length));
};

const joinVariants = (variants: readonly Variant[], allHaveIt: boolean): Setting => {
  const [{ setting }] = variants as [Variant];
  const values =
    setting.path.at(-1) === 'kind'
      ? variants.map(({ kind }) => kind).join(', ')
      : tell(variants, ({ values }) => values);
  const meaning = tell(variants, (variant) => variant.meaning);
  const saysItsKinds = allHaveIt || meaning !== setting.meaning;
  return {
    ...setting,
    values,
    fallback: tell(variants, ({ fallback }) => fallback),
    meaning: saysItsKinds ? meaning : `${variants.map(({ kind }) => kind).join(', ')}: ${meaning}`,
  };
};

/** One part of all variants: the part itself where they agree, else each different one behind the kinds that have it. */
const tell = (variants: readonly Variant[], part: (setting: Setting) => string): string => {
  const kindsOf = new Map<string, string[]>();
  for (const { kind, setting } of variants) {
    kindsOf.set(part(setting), [...(kindsOf.get(part(setting)) ?? []), kind]);
  }
  if (kindsOf.size === 1) return [...kindsOf.keys()].join('');
  return [...kindsOf].map(([text, kinds]) => `${kinds.join(', ')}: ${text}`).join('; ');
};

const typeOf = ({ type }: Schema): Setting['type'] => {
  if (type === 'number' || type === 'integer') return 'number';
  return type === 'boolean' || type === 'array' ? type : 'string';
};

const valuesOf = (schema: Schema): string => {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(', ');
  if (schema.type === 'array') {
    return schema.items?.type === 'array'
      ? 'list of lists, JSON in the environment'
      : 'list, with commas in the environment';
  }
  if (typeOf(schema) !== 'number') return schema.type ?? 'text';
  const { minimum, exclusiveMinimum, maximum } = schema;
  const above = exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`;
  const from = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? above : ` from ${minimum}`;
  const to = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`;
  return `${schema.type === 'integer' ? 'whole number' : 'number'}${from}${to}`;
};

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
