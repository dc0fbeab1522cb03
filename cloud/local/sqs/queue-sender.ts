/**
 * How services of the local cloud that act as a role (an IoT rule's action, Lambda's destinations, a schedule's dead letters) put a
 * message into a queue of the template. Rejects with a ServiceError in AWS's words when the role lacks `sqs:SendMessage` (or, for a
 * queue under a key of ours, `kms:GenerateDataKey` and `kms:Decrypt`), the queue does not exist, or the message exceeds 1 MiB.
 */
export interface QueueSender {
  /** `attributes` become the message's attributes of type String. Resolves once the message is on disk. */
  send(
    queue: { readonly arn: string } | { readonly url: string },
    body: string,
    as: QueueCaller,
    attributes?: Readonly<Record<string, string>>,
  ): Promise<void>;
}

/** Who sends: a role of the template, or an AWS service by the queue's own policy (such as `sns.amazonaws.com`). */
export type QueueCaller =
  | { readonly roleArn: string }
  | { readonly service: string; readonly sourceArn: string };
