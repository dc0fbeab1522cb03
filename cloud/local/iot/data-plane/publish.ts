import { z } from 'zod';
import { arn } from '../account.ts';
import { type Service, ServiceError, type ServiceRequest } from '../gateway/service.ts';
import { maxPayloadBytes } from './limits.ts';
import type { Message, MessageProperties } from './message.ts';
import { basicIngestRoute, topicProblem } from './topics.ts';

const invalid = (message: string): ServiceError => new ServiceError('InvalidRequestException', message, 400);

const parse = <S extends z.ZodType>(name: string, schema: S, value: unknown): z.output<S> => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(`${name} is not valid`);
  return parsed.data;
};

const Qos = z.enum(['0', '1']).transform((text) => (text === '0' ? 0 : 1));
const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const Expiry = z.coerce.number().int().nonnegative();
const UserProperties = z.array(z.record(z.string(), z.string()));
const Format = z.enum(['UTF8_DATA', 'UNSPECIFIED_BYTES']).transform((text) => text === 'UTF8_DATA');

const parseUserProperties = (header: string | undefined): ReadonlyMap<string, readonly string[]> => {
  const properties = new Map<string, string[]>();
  if (header === undefined) return properties;
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
  } catch {
    throw invalid('userProperties is not JSON');
  }
  for (const [name, value] of parse('userProperties', UserProperties, json).flatMap(Object.entries<string>)) {
    properties.set(name, [...(properties.get(name) ?? []), value]);
  }
  return properties;
};

const propertiesOf = ({ query, headers }: ServiceRequest): MessageProperties => {
  const contentType = query.get('contentType');
  const responseTopic = query.get('responseTopic');
  const expiry = query.get('messageExpiry');
  const correlation = headers['x-amz-mqtt5-correlation-data'];
  const format = headers['x-amz-mqtt5-payload-format-indicator'];
  return {
    userProperties: parseUserProperties(headers['x-amz-mqtt5-user-properties']),
    ...(contentType === null ? {} : { contentType }),
    ...(responseTopic === null ? {} : { responseTopic }),
    ...(expiry === null ? {} : { messageExpirySeconds: parse('messageExpiry', Expiry, expiry) }),
    ...(correlation === undefined ? {} : { correlationData: Buffer.from(correlation, 'base64') }),
    ...(format === undefined ? {} : { payloadIsUtf8: parse('payloadFormatIndicator', Format, format) }),
  };
};

/** The data plane says ForbiddenException where other services say AccessDeniedException. */
const authorize = (request: ServiceRequest, action: string, topic: string): void => {
  try {
    request.authorize(action, arn('iot', `topic/${topic}`));
  } catch (error) {
    if (error instanceof ServiceError) throw new ServiceError('ForbiddenException', error.message, 403);
    throw error;
  }
};

const topicOf = ({ method, path }: ServiceRequest): string => {
  const encoded = /^\/topics\/(.+)$/.exec(path)?.[1];
  if (method !== 'POST' || encoded === undefined) {
    throw new ServiceError('MethodNotAllowedException', 'Only Publish is emulated', 405);
  }
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw invalid('the topic is not valid');
  }
};

/**
 * IoT Core's HTTPS data plane: `Publish`, that is POST /topics/{topic}.
 * `publish` resolves once the broker has taken the message.
 */
export const makeDataPlane = ({
  publish,
}: {
  readonly publish: (message: Message) => Promise<void>;
}): Service => ({
  signingNames: ['iotdata', 'iotdevicegateway'],
  protocol: 'rest-json',
  async handle(request) {
    const topic = topicOf(request);
    const retain = parse('retain', Flag, request.query.get('retain') ?? 'false');
    authorize(request, 'iot:Publish', topic);
    if (retain) authorize(request, 'iot:RetainPublish', topic);
    const problem = /[+#]/.test(topic) ? 'a topic to publish to has no wildcards' : topicProblem(topic);
    if (topic.startsWith('$') && basicIngestRoute(topic) === undefined)
      throw invalid(`the local IoT Core answers no publish to the reserved topic ${topic}`);
    if (problem !== undefined) throw invalid(problem);
    if (request.body.length > maxPayloadBytes) {
      throw new ServiceError('RequestEntityTooLargeException', `at most ${maxPayloadBytes} bytes`, 413);
    }
    await publish({
      topic,
      payload: request.body,
      qos: parse('qos', Qos, request.query.get('qos') ?? '0'),
      retain,
      properties: propertiesOf(request),
      publisher: { principal: request.principal.arn },
    });
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'OK' }),
    };
  },
});
