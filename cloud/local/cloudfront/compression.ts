import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { WebRequest, WebResponse } from '../loopback-server.ts';

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

/** CloudFront compresses between these sizes. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html */
const smallestBytes = 1_000;
const largestBytes = 10_000_000;

const compressible =
  /^(text\/(html|css|plain|javascript|csv|xml)|application\/(json|javascript|xml|wasm|manifest\+json)|image\/svg\+xml)\b/i;

/** The answer, with Brotli or gzip when the viewer takes it and the type gains from it; a strong ETag then turns weak. */
export const compress = async (request: WebRequest, response: WebResponse): Promise<WebResponse> => {
  const headers = response.headers ?? {};
  const body = Buffer.from(response.body ?? '');
  const type = String(headers['content-type'] ?? '');
  if (response.status !== 200 || headers['content-encoding'] !== undefined) return response;
  if (!compressible.test(type) || body.length < smallestBytes || body.length > largestBytes) return response;
  const accepted = request.headers['accept-encoding'] ?? '';
  const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : undefined;
  const vary = { ...headers, vary: 'accept-encoding' };
  if (encoding === undefined) return { ...response, headers: vary };
  // Quality 5 is what an edge uses on the fly; the best one takes a second for a large file.
  const quality = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } };
  const { etag } = headers;
  return {
    ...response,
    headers: {
      ...vary,
      'content-encoding': encoding,
      ...(typeof etag === 'string' ? { etag: etag.replace(/^"/, 'W/"') } : {}),
    },
    body: encoding === 'br' ? await brotli(body, quality) : await gzip(body),
  };
};
