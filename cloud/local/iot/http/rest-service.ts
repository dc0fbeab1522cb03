import type { z } from 'zod';
import {
  type Service,
  ServiceError,
  type ServiceRequest,
  type ServiceResponse,
} from '../../gateway/service.ts';

/** One call of an operation: the request, and what stood in the braces of its path, decoded. */
export type RestCall = {
  readonly request: ServiceRequest;
  readonly parameter: (name: string) => string;
};

/**
 * An operation of a REST API: `path` has its parameters in braces, one with `+` for the rest of the path. What `run` yields
 * is answered as JSON, unless it is a response already.
 */
export type RestOperation = {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly run: (call: RestCall) => unknown;
};

export const invalidRequest = (message: string): ServiceError =>
  new ServiceError('InvalidRequestException', message, 400);

export const notFound = (message: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', message, 404);

/** The request's JSON body, checked. Throws InvalidRequestException that names the fields at fault. */
export const bodyOf = <S extends z.ZodType>({ body }: ServiceRequest, schema: S): z.output<S> => {
  let json: unknown;
  try {
    json = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    throw invalidRequest('The request body is not JSON.');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.'),
  );
  throw invalidRequest(`Not valid, or not emulated: ${fields.join(', ')}`);
};

/** A path such as `/things/{thingName}/jobs/$next` as a pattern with named groups. */
const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .split(/(\{\w+\+?\})/)
      .map((part) => {
        const [, name, rest] = /^\{(\w+)(\+?)\}$/.exec(part) ?? [];
        return name === undefined
          ? part.replaceAll('$', '\\$')
          : `(?<${name}>${rest === '+' ? '.' : '[^/]'}+)`;
      })
      .join('')}$`,
  );

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidRequest('The path is not valid.');
  }
};

const isResponse = (value: unknown): value is ServiceResponse =>
  typeof value === 'object' && value !== null && 'status' in value && 'body' in value;

/** A service of operations; anything else is refused by an error that names it. The first path that fits is taken. */
export const makeRestService = ({
  title,
  signingNames,
  operations,
}: {
  readonly title: string;
  readonly signingNames: readonly string[];
  readonly operations: readonly RestOperation[];
}): Service => {
  const table = operations.map((operation) => ({ ...operation, pattern: patternOf(operation.path) }));
  // `$` of `$next` comes encoded from some clients.
  const pathOf = (request: Pick<ServiceRequest, 'path'>): string => request.path.replace(/%24/gi, '$');
  const find = (request: Pick<ServiceRequest, 'method' | 'path'>) =>
    table.find(({ method, pattern }) => method === request.method && pattern.test(pathOf(request)));
  return {
    signingNames,
    protocol: 'rest-json',
    operations: operations.map(({ name }) => name),
    operationOf: (request) => find(request)?.name ?? '',
    async handle(request) {
      const found = find(request);
      if (found === undefined) {
        const known = [...new Set(operations.map(({ name }) => name))].join(', ');
        throw new ServiceError(
          'MethodNotAllowedException',
          `The local ${title} does not emulate ${request.method} ${request.path}. It has: ${known}.`,
          405,
        );
      }
      const groups = found.pattern.exec(pathOf(request))?.groups ?? {};
      const answer = await found.run({ request, parameter: (name) => decode(groups[name] ?? '') });
      if (isResponse(answer)) return answer;
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(answer ?? {}),
      };
    },
  };
};
