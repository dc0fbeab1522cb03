import { createHmac } from 'node:crypto';
import { whoMustAct } from '../errors.ts';
import type { Log } from '../log.ts';
import type { RawAnswer } from './endpoint.ts';
import type { Operation } from './operation.ts';
import { Refusal } from './refusal.ts';

/**
 * Requests that may be sent twice (draft-ietf-httpapi-idempotency-key-header): whoever got no answer sends the same request with
 * the same `Idempotency-Key` again, and what it does is done once. Invariant: only the holder of a claim runs the request, and
 * the table gives a claim to one alone.
 */

/** What a repetition is recognised by. */
export type OnceRequest = {
  readonly sub: string;
  readonly route: string;
  readonly key: string;
  /** Keyed hash over all that was asked, hex. */
  readonly fingerprint: string;
};

/** An answer that can be given again; the body as the JSON text that was sent. */
type KeptAnswer = {
  readonly status: RawAnswer['status'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

type Claim =
  /** Nobody has done it: the caller does, and then keeps the answer (null = that it was done) or frees the key. */
  | {
      readonly kind: 'first';
      readonly keep: (answer: KeptAnswer | null) => Promise<void>;
      readonly free: () => Promise<void>;
    }
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'other_request' }
  | { readonly kind: 'done'; readonly answer: KeptAnswer | null };

/** Who has done what, for as long as somebody may repeat it. */
export interface Once {
  claim(request: OnceRequest): Promise<Claim>;
}

/** Answers longer than this, in bytes, are not kept: the repetition hears only that it was done. */
const maxKeptBytes = 100_000;

/** Visible ASCII, long enough to be no accident. */
const keyPattern = /^[\x21-\x7e]{8,100}$/;

/** The key as sent. Throws a Refusal when it is no key. */
export const parseIdempotencyKey = (key: string): string => {
  if (keyPattern.test(key)) return key;
  throw new Refusal(400, 'Send an Idempotency-Key of 8 to 100 visible ASCII characters, such as a UUID.');
};

/**
 * Keyed by the sender's own key, of which the table holds only a hash: a plain hash of a request with a PIN in it would give the PIN
 * away to whoever reads the table, for there are so few.
 * @param target path and query as sent
 */
export const fingerprintOf = (key: string, method: string, target: string, body: Uint8Array): string =>
  createHmac('sha256', key).update(`${method} ${target}\n`).update(body).digest('hex');

/**
 * Runs `answer` unless the same request was run before; then that one's answer is given again. Only a success is kept: what was
 * refused or failed changed nothing, so the same key may try again and be judged anew.
 */
export const answerOnce = async (
  { once, log }: { readonly once: Once; readonly log: Log },
  request: OnceRequest,
  repeated: NonNullable<Operation['repeated']>,
  answer: () => Promise<RawAnswer>,
): Promise<RawAnswer> => {
  const claim = await once.claim(request);
  if (claim.kind === 'other_request')
    throw new Refusal(422, 'This Idempotency-Key was used for another request; choose a new one.');
  if (claim.kind === 'in_progress')
    throw new Refusal(409, 'The same request is being worked on; repeat it in a moment.', undefined, 1);
  if (claim.kind === 'done') return replay(claim.answer);

  /** The answer is true whether or not it could be noted: without the note, a repetition is judged anew after half a minute. */
  const note = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      const { route, sub } = request;
      log.warn('once.unnoted', { route, sub, code: whoMustAct(error).code });
    });
  let given: RawAnswer;
  try {
    given = await answer();
  } catch (error) {
    await note(claim.free());
    throw error;
  }
  await note(claim.keep(repeated === 'refused' ? null : toKept(given)));
  return given;
};

const toKept = ({ status, headers, body }: RawAnswer): KeptAnswer | null => {
  if (body !== null && 'text' in body) return null;
  const text = body === null ? null : JSON.stringify(body.json);
  if (text !== null && Buffer.byteLength(text) > maxKeptBytes) return null;
  return { status, headers, body: text };
};

const replay = (answer: KeptAnswer | null): RawAnswer => {
  if (answer === null)
    throw new Refusal(409, 'This was done already; its answer was shown once and is not kept.');
  const { status, headers, body } = answer;
  return {
    status,
    headers: { ...headers, 'idempotent-replayed': 'true' },
    body: body === null ? null : { json: JSON.parse(body) as unknown },
  };
};
