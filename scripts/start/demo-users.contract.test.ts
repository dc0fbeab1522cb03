import { expect, it } from 'vitest';
import { ApiForTests } from '../../cloud/functions/api-for-tests.ts';
import type { ApiClient } from '../api-client.ts';
import { linkToSite } from './demo-users.ts';

const api = new ApiForTests();
const hr: ApiClient = async (method, path, body) =>
  (await api.as('hr')('people', `${method} ${path}`, body as object)).body;

it('every start links the demo users to the site, and leaves what was tried out since the first as it is', async () => {
  await linkToSite(hr, 'sub-hr', 'main');
  const { id } = await api.enrol('1');
  const triedOut = { personId: id, sites: ['depot'] };
  await hr('PUT', '/users/sub-hr', triedOut);
  await linkToSite(hr, 'sub-hr', 'main');
  await linkToSite(hr, 'sub-hr', 'main');
  expect(await hr('GET', '/users/sub-hr')).toEqual({ personId: id, sites: ['depot', 'main'] });
});
