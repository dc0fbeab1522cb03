import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Timeouts in milliseconds; `attempts` includes the first. Adaptive retries slow down when the service throttles. */
const patience = ({ requestMs, attempts }: { requestMs: number; attempts: number }) => ({
  retryMode: 'adaptive' as const,
  maxAttempts: attempts,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: requestMs, throwOnRequestTimeout: true },
});

/** DynamoDB with plain values. An `undefined` member is left out, so that optional attributes stay absent. */
export const makeTableClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient(patience({ requestMs: 3_000, attempts: 4 })), {
    marshallOptions: { removeUndefinedValues: true },
  });

/** Rekognition for what a person waits for: enrolment. */
export const makeRekognitionClient = (): RekognitionClient =>
  new RekognitionClient(patience({ requestMs: 6_000, attempts: 8 }));

/**
 * Rekognition for searches, of which most Regions allow 5 a second: whoever searches waits and tries again by himself, as long
 * as his invocation lasts. The adaptive mode still learns from every throttled search and sends the next ones more slowly.
 */
export const makeSearchClient = (): RekognitionClient =>
  new RekognitionClient(patience({ requestMs: 6_000, attempts: 1 }));

/**
 * The data plane of AWS IoT. The Region's default endpoint serves signed HTTPS publishes of the caller's own account,
 * so no account-specific endpoint has to be looked up.
 */
export const makeIotDataClient = (): IoTDataPlaneClient =>
  new IoTDataPlaneClient(patience({ requestMs: 3_000, attempts: 4 }));

/** Topics that people read. */
export const makeSnsClient = (): SNSClient => new SNSClient(patience({ requestMs: 3_000, attempts: 3 }));
