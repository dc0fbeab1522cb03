import { describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { loadConfig } from './config.ts';

const config = golden('dashboard-config');
const answering = (status: number, body: string) => async () => new Response(body, { status });

describe('config.json', () => {
  it('is read as the stack writes it', async () => {
    const read = await loadConfig(answering(200, JSON.stringify(config)));
    expect(read).toEqual(config);
  });

  it('of an earlier deployment, which does not say how long pictures are kept, is read too', async () => {
    const { checkInDays: _, ...earlier } = config;
    expect(await loadConfig(answering(200, JSON.stringify(earlier)))).toEqual(earlier);
  });

  it('that does not fit says who must act', async () => {
    const { clientId: _, ...incomplete } = config;
    for (const body of [JSON.stringify(incomplete), '<!doctype html>'])
      await expect(loadConfig(answering(200, body))).rejects.toThrow('Whoever runs Rollcall');
    await expect(loadConfig(answering(404, ''))).rejects.toThrow('answered 404');
  });
});
