import type * as z from 'zod';

/** What a route takes and answers: endpoints parse by it, and the OpenAPI document is made of it. */
export type Operation = {
  /** One sentence for the document. */
  readonly summary: string;
  readonly params?: z.ZodObject;
  /** A strict object: an unknown key is a mistake that the caller should hear of. */
  readonly query?: z.ZodObject;
  /** JSON by a schema, or the picture itself. */
  readonly body?: z.ZodType | 'image/jpeg';
  /** JSON by a schema, text, or nothing. */
  readonly answer: z.ZodType | 'text/csv' | 'nothing';
  /** Status of success; 200 if not given. */
  readonly status?: 201 | 202 | 204;
  /**
   * Two people may edit what it answers or changes: the answer bears an ETag, and a change needs `If-Match` with it
   * (RFC 9110; without it 428 of RFC 6585, and 412 when somebody else was first). `if_asked`: only who sends it is held to it.
   */
  readonly versioned?: true | 'if_asked';
  /**
   * How a POST that is sent twice with one `Idempotency-Key` is answered the second time: with the first answer, or, where that
   * held something shown only once, with 409.
   */
  readonly repeated?: 'same_answer' | 'refused';
};

export const operation = <const O extends Operation>(described: O): O => described;
