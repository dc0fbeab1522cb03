import { arn } from '../account.ts';
import type { InvocationResult } from './invoker.ts';

/** Why Lambda gave an asynchronous event up. */
export type Condition = 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

/**
 * What Lambda sends to an on-failure destination. The response is missing when the function never ran.
 * Source: Lambda developer guide, "Capturing records of asynchronous invocations", example invocation record.
 */
export const destinationRecord = ({
  functionName,
  requestId,
  condition,
  invokeCount,
  requestPayload,
  response,
  now,
}: {
  readonly functionName: string;
  readonly requestId: string;
  readonly condition: Condition;
  readonly invokeCount: number;
  readonly requestPayload: unknown;
  readonly response: InvocationResult | undefined;
  readonly now: number;
}): Readonly<Record<string, unknown>> => ({
  version: '1.0',
  timestamp: new Date(now).toISOString(),
  requestContext: {
    requestId,
    functionArn: arn('lambda', `function:${functionName}:$LATEST`),
    condition,
    approximateInvokeCount: invokeCount,
  },
  requestPayload,
  ...(response === undefined
    ? {}
    : {
        responseContext: {
          statusCode: 200,
          executedVersion: '$LATEST',
          functionError: response.functionError,
        },
        responsePayload: response.payload,
      }),
});
