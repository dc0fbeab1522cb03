import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { describe, expect, it } from 'vitest';
import { filesAsBytes } from './attendance-api.ts';
import { byteOrderMark } from './payroll-csv.ts';

describe('a file that leaves Lambda', () => {
  const app = new Hono().get('/file', (c) =>
    c.body(`${byteOrderMark}name`, 200, { 'content-type': 'text/csv; charset=utf-8' }),
  );
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/file',
    rawQueryString: '',
    headers: {},
    body: null,
    isBase64Encoded: false,
    requestContext: { http: { method: 'GET', path: '/file' } },
  };
  const bytes = async (options?: typeof filesAsBytes) => {
    const { body, isBase64Encoded } = await handle(app, options)(event as never);
    return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString('hex');
  };

  it('keeps its byte order mark', async () => {
    expect(await bytes(filesAsBytes)).toBe(Buffer.from('\uFEFFname').toString('hex'));
  });

  it('would lose it as text', async () => {
    expect(await bytes()).toBe(Buffer.from('name').toString('hex'));
  });
});
