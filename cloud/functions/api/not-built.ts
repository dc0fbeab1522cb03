import { type Endpoint, endpoint } from './endpoint.ts';
import type { Operation } from './operation.ts';
import { Refusal } from './refusal.ts';

/** Stands for an endpoint while it is being built. Nothing may be left that uses it. */
export const notBuilt = (operation: Operation): Endpoint =>
  endpoint(operation as Operation & { readonly answer: 'nothing' }, async () => {
    throw new Refusal(404, 'This is not built yet.');
  });
