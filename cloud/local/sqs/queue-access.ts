import { ServiceError } from '../gateway/service.ts';
import { authorizeOnResource, type Caller } from '../iam/caller.ts';
import type { Denials } from '../iam/denials.ts';
import type { KeyAction, Kms } from '../kms/kms.ts';
import { sqsError } from './errors.ts';
import type { LocalQueue } from './queue-registry.ts';

export type QueueAction =
  | 'ChangeMessageVisibility'
  | 'DeleteMessage'
  | 'GetQueueAttributes'
  | 'GetQueueUrl'
  | 'PurgeQueue'
  | 'ReceiveMessage'
  | 'SendMessage'
  | 'StartMessageMoveTask';

/** What an action asks of the queue's key. Source: SQS developer guide, "Key management", permissions of producers and consumers. */
const keyActions: Partial<Record<QueueAction, readonly KeyAction[]>> = {
  SendMessage: ['kms:GenerateDataKey', 'kms:Decrypt'],
  ReceiveMessage: ['kms:Decrypt'],
};

/** Throws AccessDeniedException, or KmsAccessDenied for the key, unless the caller may do this to the queue. */
export type QueueAccess = (caller: Caller, action: QueueAction, queue: LocalQueue) => void;

export const makeQueueAccess =
  ({
    kms,
    denials,
  }: {
    readonly kms: Pick<Kms, 'use'>;
    readonly denials: Pick<Denials, 'record'>;
  }): QueueAccess =>
  (caller, action, { arn, policy, keyArn }) => {
    authorizeOnResource(caller, policy, { action: `sqs:${action}`, resource: arn }, denials);
    if (keyArn === undefined) return;
    try {
      for (const keyAction of keyActions[action] ?? []) kms.use(keyArn, keyAction, caller, 'sqs');
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'AccessDeniedException')
        throw sqsError(
          'KmsAccessDenied',
          `${error.message} (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)`,
        );
      throw error;
    }
  };
