import * as z from 'zod';
import type { Access } from './authorise.ts';
import type { Operation } from './operation.ts';
import { Refusal } from './refusal.ts';

/** A request that has been authorised but not yet read. */
export type RawRequest = {
  readonly access: Access;
  readonly params: Readonly<Record<string, string>>;
  /** Every value of every key, as sent. */
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly contentType: string;
  /** `If-Match` as sent. */
  readonly ifMatch: string | undefined;
  readonly bytes: () => Promise<Uint8Array>;
};

/** What a route answers with: JSON, text as it is made, or nothing. */
export type RawAnswer = {
  readonly status: 200 | 201 | 202 | 204;
  readonly headers: Readonly<Record<string, string>>;
  readonly body:
    | { readonly json: unknown }
    | { readonly text: AsyncIterable<string>; readonly contentType: string }
    | null;
};

export type Endpoint = {
  readonly operation: Operation;
  readonly answer: (request: RawRequest) => Promise<RawAnswer>;
};

type Read<S> = S extends z.ZodType ? z.output<S> : undefined;

export type Request<O extends Operation> = {
  readonly access: Access;
  readonly params: Read<O['params']>;
  readonly query: Read<O['query']>;
  readonly body: Read<O['body']>;
  readonly contentType: string;
  /** The picture, for a body of `image/jpeg`. */
  readonly bytes: () => Promise<Uint8Array>;
  /** The version that the caller has seen; null where the operation has no versions, or the caller did not say. */
  readonly seenVersion: number | null;
};

/** What handling gives back: the answer by the operation's schema, or text with its headers; `version` where it has one. */
export type Handled<O extends Operation> = (O['answer'] extends z.ZodType
  ? { readonly json: z.input<O['answer']> }
  : O['answer'] extends 'text/csv'
    ? { readonly text: AsyncIterable<string> }
    : Readonly<Record<never, never>>) & {
  readonly headers?: Readonly<Record<string, string>>;
} & (O extends { readonly versioned: true | 'if_asked' }
    ? { readonly version: number }
    : Readonly<Record<never, never>>);

/** Turns typed handling into an endpoint: the request is parsed before it, the answer by the operation's schema after it. */
export const endpoint = <const O extends Operation>(
  operation: O,
  handle: (request: Request<O>) => Promise<Handled<O>>,
): Endpoint => ({
  operation,
  async answer({ access, params, query, contentType, ifMatch, bytes }) {
    const { body } = operation;
    const handled: AnyHandled = await handle({
      access,
      contentType,
      bytes,
      seenVersion: seenVersion(operation, ifMatch),
      params: parse('path', operation.params ?? z.object({}), params),
      query: parse('query', operation.query ?? z.strictObject({}), singleValues(query)),
      body:
        body === undefined || body === 'image/jpeg' ? undefined : parse('body', body, await readJson(bytes)),
    } as unknown as Request<O>);
    const status = operation.status ?? 200;
    const headers = {
      ...handled.headers,
      ...(handled.version === undefined ? {} : { etag: tagOf(handled.version) }),
    };
    const { answer } = operation;
    if (answer === 'nothing') return { status, headers, body: null };
    if (answer === 'text/csv')
      return {
        status,
        headers,
        body: { text: handled.text ?? nothing(), contentType: 'text/csv; charset=utf-8' },
      };
    return { status, headers, body: { json: answer.parse(handled.json) } };
  },
});

type AnyHandled = {
  readonly json?: unknown;
  readonly text?: AsyncIterable<string>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly version?: number;
};

async function* nothing(): AsyncIterable<string> {}

/** A strong entity tag: the version of the item, in quotes. */
const tagOf = (version: number): string => `"${version}"`;

const seenVersion = ({ versioned, body }: Operation, ifMatch: string | undefined): number | null => {
  if (versioned === undefined || body === undefined) return null;
  if (ifMatch === undefined && versioned === 'if_asked') return null;
  if (ifMatch === undefined)
    throw new Refusal(428, 'Read it first and send its ETag as If-Match, so that nobody’s change is lost.');
  const version = /^"(\d{1,15})"$/.exec(ifMatch)?.[1];
  if (version === undefined) throw new Refusal(412, changedMeanwhile);
  return Number(version);
};

/** What to tell somebody whose `If-Match` is not what is there any more. */
export const changedMeanwhile = 'It was changed meanwhile; read it again and repeat your change.';

const parse = (part: string, schema: z.ZodType, value: unknown): unknown => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Refusal(
    400,
    `Correct the ${part} of the request.`,
    parsed.error.issues.map(({ path, message }) => ({ path: [part, ...path].join('.'), message })),
  );
};

/** A key that is sent twice stays a list, which no schema of ours accepts. */
const singleValues = (query: RawRequest['query']): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(query).map(([key, values]) => [key, values.length === 1 ? values[0] : values]),
  );

const readJson = async (bytes: () => Promise<Uint8Array>): Promise<unknown> => {
  try {
    return JSON.parse(Buffer.from(await bytes()).toString('utf8'));
  } catch {
    throw new Refusal(400, 'Send the body as JSON.');
  }
};
