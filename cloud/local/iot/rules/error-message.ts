import type { Message } from '../message.ts';
import { actionNames, type RuleAction, resourceOf } from './actions.ts';

/** One action of a rule that did not take a message, and why. */
export type FailedAction = { readonly action: RuleAction; readonly reason: string };

const verbs = {
  lambda: 'Failed to invoke lambda function',
  sqs: 'Failed to send the message to SQS',
} as const;

/**
 * The message that an error action gets: one per rule and message, however many actions failed. It holds the payload
 * but no MQTT properties. Source: AWS IoT developer guide, "Error handling (error action)".
 */
export const errorMessage = (
  rule: string,
  topic: string,
  traceId: string,
  { publisher, payload }: Pick<Message, 'publisher' | 'payload'>,
  failures: readonly FailedAction[],
) => ({
  ruleName: rule,
  topic,
  cloudwatchTraceId: traceId,
  clientId: publisher.clientId ?? 'N/A',
  sourceIp: '127.0.0.1',
  base64OriginalPayload: payload.toString('base64'),
  failures: failures.map(({ action, reason }) => ({
    failedAction: actionNames[action.kind],
    failedResource: resourceOf(action),
    errorMessage: `${verbs[action.kind]}. The error received was ${reason}. Message arrived on: ${topic}, Action: ${action.kind}, Resource: ${resourceOf(action)}`,
  })),
});
