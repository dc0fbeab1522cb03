import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A shape of an AWS service model, as far as it can be checked. */
type Shape = {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly required?: readonly string[];
  readonly member?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
};

type Model = {
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly input?: { readonly shape: string };
        readonly output?: { readonly shape: string };
        readonly errors?: readonly { readonly shape: string }[];
      }
    >
  >;
  readonly shapes: Readonly<Record<string, Shape>>;
};

/** What AWS itself says about a service's JSON: the model from which its clients are made. Problems are plain sentences. */
export interface ServiceModel {
  /** What of a request's body AWS would not take. */
  problemsOfRequest(operation: string, request: unknown): readonly string[];
  /** What of an answer's body AWS would never say: unknown fields, wrong types, values out of range or not in their list. */
  problemsOfAnswer(operation: string, answer: unknown): readonly string[];
  /** Names of the errors that belong to an operation. */
  errorsOf(operation: string): readonly string[];
}

/** The model of a service with a JSON protocol, e.g. `rekognition`, as Debian's botocore holds it. */
export const readServiceModel = async (service: string): Promise<ServiceModel> => {
  const script =
    'import botocore.session,json,sys;' +
    "load=botocore.session.get_session().get_component('data_loader').load_service_model;" +
    "json.dump(load(sys.argv[1],'service-2'),sys.stdout)";
  const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', script, service], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const { operations, shapes }: Model = JSON.parse(stdout);

  const operationOf = (name: string) => {
    const operation = operations[name];
    if (!operation) throw new Error(`${service} has no operation ${name}.`);
    return operation;
  };
  const problemsOf = (shape: { readonly shape: string } | undefined, value: unknown) =>
    shape ? check(shapes, shape.shape, value, '') : [];
  return {
    problemsOfRequest: (name, request) => problemsOf(operationOf(name).input, request),
    problemsOfAnswer: (name, answer) => problemsOf(operationOf(name).output, answer),
    errorsOf: (name) => (operationOf(name).errors ?? []).map(({ shape }) => shape),
  };
};

const check = (shapes: Model['shapes'], name: string, value: unknown, at: string): string[] => {
  const shape = shapes[name];
  if (!shape) return [`${at}: the model lacks its own shape ${name}`];
  const inner = (each: { readonly shape: string } | undefined, item: unknown, key: string) =>
    each ? check(shapes, each.shape, item, at === '' ? key : `${at}.${key}`) : [];
  if (shape.type === 'structure' || shape.type === 'map') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: is no object`];
    const missing = (shape.required ?? []).filter((key) => !(key in value));
    return [
      ...missing.map((key) => `${at}: lacks ${key}`),
      ...Object.entries(value).flatMap(([key, item]) => {
        const member = shape.type === 'map' ? shape.value : shape.members?.[key];
        return member ? inner(member, item, key) : [`${at === '' ? key : `${at}.${key}`}: is unknown`];
      }),
    ];
  }
  if (shape.type === 'list') {
    if (!Array.isArray(value)) return [`${at}: is no list`];
    return [
      ...outOfRange(shape, value.length, at),
      ...value.flatMap((item, index) => inner(shape.member, item, String(index))),
    ];
  }
  return checkScalar(shape, value, at);
};

const checkScalar = (shape: Shape, value: unknown, at: string): string[] => {
  if (shape.type === 'boolean') return typeof value === 'boolean' ? [] : [`${at}: is no boolean`];
  if (shape.type === 'string' || shape.type === 'blob') {
    if (typeof value !== 'string') return [`${at}: is no text`];
    if (shape.enum && !shape.enum.includes(value)) return [`${at}: ${value} is not in its list`];
    // AWS means the whole text, and writes some patterns without saying so.
    const isOdd = shape.pattern !== undefined && !new RegExp(`^(?:${shape.pattern})$`, 'su').test(value);
    const length = shape.type === 'blob' ? Buffer.from(value, 'base64').length : value.length;
    return [...outOfRange(shape, length, at), ...(isOdd ? [`${at}: ${value} is not of its pattern`] : [])];
  }
  // Numbers; the JSON protocols write times as seconds.
  if (typeof value !== 'number' || !Number.isFinite(value)) return [`${at}: is no number`];
  const isWhole = !['integer', 'long'].includes(shape.type) || Number.isInteger(value);
  return [...outOfRange(shape, value, at), ...(isWhole ? [] : [`${at}: is not whole`])];
};

const outOfRange = ({ min, max }: Shape, size: number, at: string): string[] =>
  size < (min ?? size) || size > (max ?? size) ? [`${at}: ${size} is not within ${min}..${max}`] : [];
