import { ServiceError, type ServiceResponse } from '../gateway/service.ts';

/**
 * SQS's errors: today's name and the one from before its JSON protocol, which SDKs still read from a header.
 * Source: SQS API reference, errors of each action, and "AWS Query-compatible" services in Smithy.
 */
const olderNames = {
  AccessDeniedException: 'AccessDenied',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  InvalidMessageContents: 'InvalidMessageContents',
  InvalidParameterValueException: 'InvalidParameterValue',
  KmsAccessDenied: 'KMS.AccessDeniedException',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  MissingRequiredParameterException: 'MissingParameter',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  ReceiptHandleIsInvalid: 'ReceiptHandleIsInvalid',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
} as const;

/** An error of SQS under its name of today. */
export const sqsError = (code: keyof typeof olderNames, message: string): ServiceError =>
  new ServiceError(code, message);

export const invalidValue = (reason: string): ServiceError =>
  sqsError('InvalidParameterValueException', reason);

/** The older name of an error of SQS, as batch answers have it. */
export const olderNameOf = (code: string): string =>
  code in olderNames ? olderNames[code as keyof typeof olderNames] : code;

export const errorAnswer = (error: ServiceError): ServiceResponse => ({
  status: error.status,
  headers: {
    'content-type': 'application/x-amz-json-1.0',
    'x-amzn-errortype': error.code,
    'x-amzn-query-error': `${olderNameOf(error.code)};${error.status < 500 ? 'Sender' : 'Receiver'}`,
  },
  body: JSON.stringify({ __type: `com.amazonaws.sqs#${error.code}`, message: error.message }),
});
