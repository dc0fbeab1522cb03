import * as z from 'zod';
import type { Access } from './authorise.ts';
import { Refusal } from './refusal.ts';

/** A request that has been authorised but not yet read. */
type RawRequest = {
  readonly access: Access;
  readonly params: Readonly<Record<string, string>>;
  /** Every value of every key, as sent. */
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly contentType: string;
  readonly bytes: () => Promise<Uint8Array>;
};

export type Endpoint = (
  request: RawRequest,
) => Promise<{ readonly status: 200 | 201; readonly body: unknown }>;

type Spec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType> = {
  readonly params?: P;
  /** A strict object: an unknown key is a mistake that the caller should hear of. */
  readonly query?: Q;
  /** JSON body; a picture is read with `bytes`. */
  readonly body?: B;
  readonly answer: A;
  readonly status?: 201;
  readonly handle: (request: {
    readonly access: Access;
    readonly params: z.output<P>;
    readonly query: z.output<Q>;
    readonly body: z.output<B>;
    readonly contentType: string;
    readonly bytes: () => Promise<Uint8Array>;
  }) => Promise<z.input<A>>;
};

/** Turns typed handling into an endpoint: the request is parsed before it, the answer by the contract after it. */
export const endpoint =
  <
    A extends z.ZodType,
    P extends z.ZodType = z.ZodObject<Record<never, never>>,
    Q extends z.ZodType = z.ZodObject<Record<never, never>>,
    B extends z.ZodType = z.ZodUndefined,
  >(
    spec: Spec<P, Q, B, A>,
  ): Endpoint =>
  async ({ access, params, query, contentType, bytes }) => {
    const answer = await spec.handle({
      access,
      contentType,
      bytes,
      params: parse('path', spec.params ?? z.object({}), params) as z.output<P>,
      query: parse('query', spec.query ?? z.strictObject({}), singleValues(query)) as z.output<Q>,
      body: (spec.body === undefined
        ? undefined
        : parse('body', spec.body, await readJson(bytes))) as z.output<B>,
    });
    return { status: spec.status ?? 200, body: spec.answer.parse(answer) };
  };

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
