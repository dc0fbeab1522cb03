import vm from 'node:vm';
import { z } from 'zod';
import type { WebRequest, WebResponse } from '../loopback-server.ts';

const Value = z.looseObject({
  value: z.string().optional(),
  multiValue: z.array(z.looseObject({ value: z.string() })).optional(),
});
const Values = z.record(z.string(), Value);

const ReturnedRequest = z.looseObject({
  method: z.string(),
  uri: z.string().startsWith('/'),
  querystring: z.union([Values, z.string()]).default({}),
  headers: Values.default({}),
  cookies: Values.default({}),
});

const ReturnedResponse = z.looseObject({
  statusCode: z.int().min(200).max(599),
  headers: Values.default({}),
  cookies: Values.default({}),
  body: z
    .union([z.string(), z.looseObject({ data: z.string(), encoding: z.enum(['text', 'base64']).optional() })])
    .optional(),
});

/**
 * Ends a function that never would. AWS limits a function to about a millisecond of processor time; the limit here counts
 * the clock on the wall, which runs on while a busy machine gives this process nothing to run on. A short one would
 * now and then take a page's script away with a 503.
 */
const timeoutMs = 5_000;

export type ViewerFunction = (
  request: WebRequest,
  distribution: { readonly id: string; readonly domainName: string },
  requestId: string,
) => WebRequest | WebResponse;

/**
 * Compiles a CloudFront function (runtime 2.0, viewer request) to run for real, each time in a fresh context without
 * network, timers or modules. It gets and returns the event as JSON. Throws when it fails or returns something invalid.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export const makeViewerFunction = (name: string, code: string): ViewerFunction => {
  const script = new vm.Script(`${code}\n;${runHandler}`, { filename: `cloudfront-function/${name}.js` });
  return (request, distribution, requestId) => {
    const event = {
      version: '1.0',
      context: {
        distributionDomainName: distribution.domainName,
        distributionId: distribution.id,
        eventType: 'viewer-request',
        requestId,
      },
      viewer: { ip: request.sourceIp },
      request: describeRequest(request),
    };
    const returned: unknown = JSON.parse(run(script, JSON.stringify(event)));
    return typeof returned === 'object' && returned !== null && 'statusCode' in returned
      ? createResponse(ReturnedResponse.parse(returned))
      : changedRequest(request, ReturnedRequest.parse(returned));
  };
};

/** Leaves the outcome in the context as text, for neither objects nor promises may cross its border. */
const runHandler = `(async () => handler(JSON.parse(eventJson)))().then(
  (returned) => { returnedJson = JSON.stringify(returned ?? null); },
  (error) => { failure = String(error); },
);`;

const Outcome = z.looseObject({ returnedJson: z.string().optional(), failure: z.string().optional() });

const run = (script: vm.Script, eventJson: string): string => {
  // `afterEvaluate` finishes the context's promises within the call, and within its time limit.
  // Without a prototype there is no way from it to this process's own constructors.
  const context = vm.createContext(
    Object.assign(Object.create(null), { eventJson, returnedJson: undefined, failure: undefined }),
    { codeGeneration: { strings: false, wasm: false }, microtaskMode: 'afterEvaluate' },
  );
  script.runInContext(context, { timeout: timeoutMs });
  const { returnedJson, failure } = Outcome.parse(context);
  if (returnedJson === undefined) throw new Error(failure ?? 'the function did not finish');
  return returnedJson;
};

const describeRequest = (request: WebRequest) => {
  const { cookie = '', ...headers } = request.headers;
  const query = new URLSearchParams(request.rawQuery);
  return {
    method: request.method,
    uri: request.path,
    querystring: multiValues([...query.keys()], (name) => query.getAll(name)),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }])),
    cookies: Object.fromEntries(
      cookie.split('; ').flatMap((pair) => {
        const [name = '', ...rest] = pair.split('=');
        return name === '' ? [] : [[name, { value: rest.join('=') }]];
      }),
    ),
  };
};

const multiValues = (names: readonly string[], valuesOf: (name: string) => readonly string[]) =>
  Object.fromEntries(
    names.map((name) => {
      const values = valuesOf(name);
      const value = values[0] ?? '';
      return [
        name,
        values.length > 1 ? { value, multiValue: values.map((each) => ({ value: each })) } : { value },
      ];
    }),
  );

const readOnlyHeaders = new Set(['host', 'content-length', 'transfer-encoding', 'via', 'connection']);

const changedRequest = (request: WebRequest, returned: z.output<typeof ReturnedRequest>): WebRequest => {
  if (returned.method !== request.method)
    throw new Error('a viewer request function may not change the method');
  const kept = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => readOnlyHeaders.has(name)),
  );
  const given = Object.fromEntries(
    Object.entries(returned.headers)
      .filter(([name]) => !readOnlyHeaders.has(name.toLowerCase()))
      .map(([name, { value = '' }]) => [name.toLowerCase(), value]),
  );
  const cookie = Object.entries(returned.cookies)
    .map(([name, { value = '' }]) => `${name}=${value}`)
    .join('; ');
  return {
    ...request,
    path: returned.uri,
    rawQuery:
      JSON.stringify(returned.querystring) === JSON.stringify(describeRequest(request).querystring)
        ? request.rawQuery
        : writeQuery(returned.querystring),
    headers: { ...given, ...kept, ...(cookie === '' ? {} : { cookie }) },
  };
};

const writeQuery = (query: z.output<typeof ReturnedRequest>['querystring']): string =>
  typeof query === 'string'
    ? query
    : new URLSearchParams(
        Object.entries(query).flatMap(([name, { value = '', multiValue }]) =>
          (multiValue ?? [{ value }]).map((each): [string, string] => [name, each.value]),
        ),
      ).toString();

const createResponse = (returned: z.output<typeof ReturnedResponse>): WebResponse => {
  const { body } = returned;
  return {
    status: returned.statusCode,
    headers: Object.fromEntries(
      Object.entries(returned.headers).map(([name, { value = '' }]) => [name.toLowerCase(), value]),
    ),
    body:
      typeof body === 'object'
        ? Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8')
        : (body ?? ''),
  };
};
