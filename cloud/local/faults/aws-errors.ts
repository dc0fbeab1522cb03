import { ServiceError } from '../gateway/service.ts';
import type { ApiService, FaultPlace } from './fault-rule.ts';

type Wording = {
  readonly throttled: () => ServiceError;
  /** Codes of a failure of the service itself, by HTTP status. */
  readonly failed: { readonly 500: string; readonly 503: string };
};

const error =
  (code: string, message: string, status = 400, extra: Readonly<Record<string, unknown>> = {}) =>
  () =>
    new ServiceError(code, message, status, extra);

const iotFailed = { 500: 'InternalFailureException', 503: 'ServiceUnavailableException' };
const invokeThrottled = error('TooManyRequestsException', 'Rate Exceeded.', 429, {
  Reason: 'CallerRateLimitExceeded',
  Type: 'User',
});

/** Each service's own words. Source: the "Errors" section of each service's API reference. */
const wordings: Readonly<Record<ApiService | 'iot-rules', Wording>> = {
  'cognito-idp': {
    throttled: error('TooManyRequestsException', 'Rate exceeded'),
    failed: { 500: 'InternalErrorException', 503: 'ServiceUnavailable' },
  },
  // On-demand tables, which the template has. Source: DynamoDB developer guide, "Error handling with DynamoDB".
  dynamodb: {
    throttled: error('ThrottlingException', 'Rate of requests exceeds the allowed throughput.'),
    failed: { 500: 'InternalServerError', 503: 'ServiceUnavailable' },
  },
  iot: { throttled: error('ThrottlingException', 'Rate exceeded', 400), failed: iotFailed },
  'iot-jobs-data': { throttled: error('ThrottlingException', 'Rate exceeded', 429), failed: iotFailed },
  iotdata: { throttled: error('ThrottlingException', 'Rate exceeded', 429), failed: iotFailed },
  lambda: {
    throttled: invokeThrottled,
    failed: { 500: 'ServiceException', 503: 'ServiceUnavailable' },
  },
  rekognition: {
    throttled: error('ProvisionedThroughputExceededException', 'Provisioned rate exceeded'),
    failed: { 500: 'InternalServerError', 503: 'ServiceUnavailable' },
  },
  s3: {
    throttled: error('SlowDown', 'Please reduce your request rate.', 503),
    failed: { 500: 'InternalError', 503: 'ServiceUnavailable' },
  },
  sns: {
    throttled: error('Throttled', 'Rate exceeded', 429),
    failed: { 500: 'InternalError', 503: 'ServiceUnavailable' },
  },
  sqs: {
    throttled: error('RequestThrottled', 'The request was denied due to request throttling.'),
    failed: { 500: 'InternalFailure', 503: 'ServiceUnavailable' },
  },
  // A rule's action calls another service; what a rule of ours calls is a function.
  'iot-rules': { throttled: invokeThrottled, failed: { 500: 'ServiceException', 503: 'ServiceUnavailable' } },
};

const wordingOf = ({ service }: FaultPlace): Wording => {
  if (service in wordings) return wordings[service as keyof typeof wordings];
  throw new Error(
    `${service} has no callers that could be refused: its faults are delay, reorder and duplicate`,
  );
};

/** What a service answers to a call beyond its quota. */
export const throttledError = (place: FaultPlace): ServiceError => wordingOf(place).throttled();

/** What a service answers when it fails itself. */
export const failedError = (place: FaultPlace, status: 500 | 503): ServiceError =>
  new ServiceError(
    wordingOf(place).failed[status],
    status === 503 ? 'Service is unable to handle request.' : 'An internal server error occurred.',
    status,
  );
