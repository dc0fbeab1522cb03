import { expect } from 'vitest';
import * as z from 'zod';
import type { ApiForTests } from '../api-for-tests.ts';
import { StoredStale } from '../table/attendance-items.ts';
import { stalePartition } from '../table/attendance-keys.ts';
import { queryAll } from '../table/query-all.ts';

const Made = z.object({ id: z.string() });

/** HR at the API's schedule function, and what its changes leave out of date. */
export const scheduleForTests = (api: ApiForTests) => {
  const hr = (request: string, body?: object, headers?: Record<string, string>) =>
    api.as('hr')('schedule', request, body, headers);
  return {
    hr,
    /** Makes something that must be possible; its id. */
    make: async (path: string, body: object): Promise<string> => {
      const answer = await hr(`POST ${path}`, body);
      expect(answer).toMatchObject({ status: 201 });
      return Made.parse(answer.body).id;
    },
    /** Whose days of a site wait to be derived again: the person (or `everybody`), the fact and the dates. */
    stale: async (site = 'main') => {
      const items = await queryAll(api.table.access(), {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': stalePartition(site) },
      });
      return items
        .map((item) => StoredStale.parse(item))
        .map(({ personId = 'everybody', factId, dates }) => [personId, factId, dates?.from, dates?.to]);
    },
  };
};

/** The header that says which version the caller has seen. */
export const seen = (headers: Headers) => ({ 'if-match': headers.get('etag') ?? '' });
