import { z } from 'zod';
import { account } from '../account.ts';
import { matchesPattern } from '../iam/pattern.ts';
import type { InvocationSource } from './invoker.ts';

/** AWS::Lambda::Permission, as far as services invoke functions. */
export const permissionProperties = z.strictObject({
  Action: z.literal('lambda:InvokeFunction'),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceAccount: z.string().optional(),
  SourceArn: z.string().optional(),
});

export type Permission = z.output<typeof permissionProperties>;

/** Whether one of a function's permissions lets the source invoke it. */
export const permits = (
  permissions: readonly Permission[],
  { principal, sourceArn }: InvocationSource,
): boolean =>
  permissions.some(
    ({ Principal, SourceAccount, SourceArn }) =>
      Principal === principal &&
      (SourceAccount === undefined || SourceAccount === account.id) &&
      (SourceArn === undefined || matchesPattern(SourceArn, sourceArn, {})),
  );
