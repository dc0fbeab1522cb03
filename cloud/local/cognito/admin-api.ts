import { z } from 'zod';
import { type Service, ServiceError, type ServiceRequest } from '../gateway/service.ts';
import { groupOperations } from './admin-groups.ts';
import type { Operation } from './admin-operation.ts';
import { userOperations } from './admin-users.ts';
import type { Pool } from './pool.ts';

export type AdminContext = { readonly pools: ReadonlyMap<string, Pool>; readonly now: () => number };

const operations: Readonly<Record<string, Operation>> = { ...userOperations, ...groupOperations };
const prefix = 'AWSCognitoIdentityProviderService';

/** The administrators' side of Cognito's API (JSON 1.1), as far as the product and its scripts use it. */
export const makeAdminApi = ({ pools, now }: AdminContext): Service => ({
  signingNames: ['cognito-idp'],
  protocol: 'json',
  target: prefix,
  operations: Object.keys(operations),
  handle: async (request) => {
    const body = await answer(request, pools, now);
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(body ?? {}),
    };
  },
});

const UserPoolId = z.looseObject({ UserPoolId: z.string() });

const answer = async (
  request: ServiceRequest,
  pools: ReadonlyMap<string, Pool>,
  now: () => number,
): Promise<unknown> => {
  const { operation: name } = request;
  const chosen = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (chosen === undefined) {
    throw new ServiceError('UnknownOperationException', `${prefix}.${name} is not part of the local cloud`);
  }
  const sent = parse(request);
  const { UserPoolId: poolId } = check(UserPoolId, sent);
  request.authorize(`cognito-idp:${name}`, pools.get(poolId)?.arn ?? '*');
  const pool = pools.get(poolId);
  if (pool === undefined) {
    throw new ServiceError('ResourceNotFoundException', `User pool ${poolId} does not exist.`);
  }
  return await chosen.run(pool, check(chosen.input, sent), now);
};

const parse = (request: ServiceRequest): unknown => {
  try {
    return JSON.parse(request.body.toString('utf8') || '{}');
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON');
  }
};

const check = <S extends z.ZodType>(schema: S, value: unknown): z.output<S> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new ServiceError('InvalidParameterException', `${where === '' ? 'Input' : where}: ${issue?.message}`);
};
