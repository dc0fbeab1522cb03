import { z } from 'zod';
import { FaultConflict, type Faults, FaultUnknown } from '../faults/faults.ts';
import type { ServiceResponse } from '../gateway/service.ts';
import type { SignedRequest } from '../gateway/sigv4.ts';
import { consolePath } from './paths.ts';
import { methodNotAllowed, problem } from './problem.ts';

const collection = `${consolePath}/faults`;

const json = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): ServiceResponse => ({
  status,
  headers: { ...headers, 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: `${JSON.stringify(value)}\n`,
});

const add = async (faults: Faults, body: Buffer): Promise<ServiceResponse> => {
  let rule: unknown;
  try {
    rule = JSON.parse(body.toString('utf8'));
  } catch {
    return problem(400, 'Not JSON', 'The body is not valid JSON.');
  }
  try {
    const fault = await faults.add(rule as Parameters<Faults['add']>[0]);
    return json(201, fault, { location: `${collection}/${fault.id}` });
  } catch (error) {
    if (error instanceof z.ZodError) return problem(400, 'Not a fault rule', z.prettifyError(error));
    if (error instanceof FaultUnknown) return problem(400, 'Not a fault rule', error.message);
    if (error instanceof FaultConflict) return problem(409, 'Not now', error.message);
    throw error;
  }
};

/** The faults over HTTP: list, add, look at one, remove one or all. `path` is the request's, without a query. */
export const answerFaults = async (
  faults: Faults,
  path: string,
  { method, body }: Pick<SignedRequest, 'method' | 'body'>,
): Promise<ServiceResponse> => {
  if (path === collection) {
    if (method === 'GET') return json(200, { items: faults.list() });
    if (method === 'POST') return add(faults, body);
    if (method !== 'DELETE') return methodNotAllowed('GET', 'POST', 'DELETE');
    await faults.clear();
    return { status: 204 };
  }
  const id = path.slice(collection.length + 1);
  if (method !== 'GET' && method !== 'DELETE') return methodNotAllowed('GET', 'DELETE');
  const fault = faults.find(id);
  if (fault === undefined)
    return problem(404, 'No such fault', `GET ${collection} lists those that there are.`);
  if (method === 'GET') return json(200, fault);
  await faults.remove(id);
  return { status: 204 };
};
