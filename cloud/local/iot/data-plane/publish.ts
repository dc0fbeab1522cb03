import { z } from 'zod';
import { ServiceError, type ServiceRequest } from '../../gateway/service.ts';
import { invalidRequest, type RestOperation } from '../http/rest-service.ts';
import { maxPayloadBytes } from '../limits.ts';
import type { Message, MessageProperties } from '../message.ts';
import { basicIngestRoute, topicProblem } from '../topics.ts';
import { authorizeDataPlane } from './authorize.ts';

const parse = <S extends z.ZodType>(name: string, schema: S, value: unknown): z.output<S> => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidRequest(`${name} is not valid`);
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
    throw invalidRequest('userProperties is not JSON');
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

/**
 * `Publish`, that is POST /topics/{topic}. `publish` resolves once the broker has taken the message.
 */
export const makePublishOperation = ({
  publish,
}: {
  readonly publish: (message: Message) => Promise<void>;
}): RestOperation => ({
  name: 'Publish',
  method: 'POST',
  path: '/topics/{topic+}',
  async run({ request, parameter }) {
    const topic = parameter('topic');
    const retain = parse('retain', Flag, request.query.get('retain') ?? 'false');
    authorizeDataPlane(request, 'iot:Publish', `topic/${topic}`);
    if (retain) authorizeDataPlane(request, 'iot:RetainPublish', `topic/${topic}`);
    const problem = /[+#]/.test(topic) ? 'a topic to publish to has no wildcards' : topicProblem(topic);
    if (topic.startsWith('$') && basicIngestRoute(topic) === undefined)
      throw invalidRequest(`the local IoT Core answers no publish over HTTPS to the reserved topic ${topic}`);
    if (problem !== undefined) throw invalidRequest(problem);
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
    return { message: 'OK' };
  },
});
