import { type Service, ServiceError, type ServiceRequest, type ServiceResponse } from '../gateway/service.ts';
import type { InvocationResult } from './invoker.ts';

/** A function as operators reach it: their own policies decide, not the function's permissions. */
export type InvocableFunction = {
  readonly arn: string;
  run(event: unknown): Promise<InvocationResult & { readonly lines: readonly string[] }>;
  queue(event: unknown): Promise<void>;
};

/** The last of a log that an answer carries. Source: Lambda API, Invoke, `LogType`. */
const maxLogBytes = 4096;

/** Lambda's API as far as Invoke. `find` takes a name or an ARN and throws ResourceNotFoundException. */
export const makeLambdaApi = ({
  find,
  checkSize,
}: {
  readonly find: (nameOrArn: string) => InvocableFunction;
  /** Throws RequestTooLargeException. */
  readonly checkSize: (bytes: number, kind: 'sync' | 'async') => void;
}): Service => {
  const invoke = async (request: ServiceRequest, nameOrArn: string): Promise<ServiceResponse> => {
    const { headers, body, query } = request;
    const local = find(nameOrArn);
    request.authorize('lambda:InvokeFunction', local.arn);
    refuseUnknown(headers, query);
    const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
    checkSize(body.length, type === 'Event' ? 'async' : 'sync');
    const event = parseEvent(body);
    switch (type) {
      case 'Event':
        await local.queue(event);
        return { status: 202 };
      case 'DryRun':
        return { status: 204 };
      case 'RequestResponse': {
        const { payload, functionError, lines } = await local.run(event);
        const tail = Buffer.from(`${lines.join('\n')}\n`)
          .subarray(-maxLogBytes)
          .toString('base64');
        return {
          status: 200,
          headers: {
            'content-type': 'application/json',
            'x-amz-executed-version': '$LATEST',
            ...(functionError === undefined ? {} : { 'x-amz-function-error': functionError }),
            ...(headers['x-amz-log-type'] === 'Tail' ? { 'x-amz-log-result': tail } : {}),
          },
          body: JSON.stringify(payload ?? null),
        };
      }
      default:
        throw new ServiceError(
          'InvalidParameterValueException',
          `Value ${type} at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`,
        );
    }
  };

  return {
    signingNames: ['lambda'],
    protocol: 'rest-json',
    operations: ['Invoke'],
    operationOf: () => 'Invoke',
    async handle(request) {
      const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.path) ?? [];
      if (name !== undefined && request.method === 'POST') return invoke(request, decodeURIComponent(name));
      throw new ServiceError(
        'UnknownOperationException',
        `The local cloud does not know the Lambda operation ${request.method} ${request.path}: it has Invoke alone.`,
        404,
      );
    },
  };
};

const refuseUnknown = (headers: ServiceRequest['headers'], query: URLSearchParams): void => {
  const qualifier = query.get('Qualifier') ?? '$LATEST';
  if (qualifier !== '$LATEST')
    throw new ServiceError(
      'ResourceNotFoundException',
      `The local cloud has no version or alias ${qualifier} of a function.`,
      404,
    );
  for (const name of ['x-amz-client-context', 'x-amz-durable-execution-name', 'x-amz-tenant-id'])
    if (name in headers)
      throw new ServiceError(
        'InvalidParameterValueException',
        `The local cloud does not know the header ${name}.`,
      );
};

const parseEvent = (body: Buffer): unknown => {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new ServiceError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
};
