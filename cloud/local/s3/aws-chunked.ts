import { ServiceError } from '../gateway/service.ts';

/** An aws-chunked body without its framing, and the trailing headers (names in lower case). */
export type Unframed = { readonly body: Buffer; readonly trailers: Readonly<Record<string, string>> };

const incomplete = () =>
  new ServiceError('IncompleteBody', 'The aws-chunked request body is not complete or not well formed.', 400);

/**
 * Takes the framing off a streamed upload: `<hex size>[;chunk-signature=…]CRLF<bytes>CRLF … 0CRLF<trailers>CRLF`.
 * Source: "Signature calculations for the Authorization header: transferring payload in multiple chunks", S3 API.
 * `decodedLength` is the header x-amz-decoded-content-length. Throws IncompleteBody when anything does not fit.
 */
export const unframe = (framed: Buffer, decodedLength: string | undefined): Unframed => {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = framed.indexOf('\r\n', at);
    const size = lineEnd < 0 ? '' : (framed.toString('latin1', at, lineEnd).split(';')[0] ?? '');
    if (!/^[0-9a-fA-F]{1,8}$/.test(size)) throw incomplete();
    const length = Number.parseInt(size, 16);
    const start = lineEnd + 2;
    if (length === 0) {
      const body = Buffer.concat(chunks);
      if (decodedLength !== undefined && body.length !== Number(decodedLength)) throw incomplete();
      return { body, trailers: trailersOf(framed.toString('utf8', start)) };
    }
    const end = start + length;
    if (framed.toString('latin1', end, end + 2) !== '\r\n') throw incomplete();
    chunks.push(framed.subarray(start, end));
    at = end + 2;
  }
};

const trailersOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [
        line.slice(0, line.indexOf(':')).trim().toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
  );
