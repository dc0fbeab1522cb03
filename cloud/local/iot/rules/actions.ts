import type { FunctionInvoker } from '../../lambda/invoker.ts';
import type { QueueSender } from '../../sqs/queue-sender.ts';

/** What a rule does with a selected message. A queue is reached in the rule's own role, a function by its permission. */
export type RuleAction =
  | { readonly kind: 'lambda'; readonly functionArn: string }
  | {
      readonly kind: 'sqs';
      readonly queueUrl: string;
      readonly roleArn: string;
      readonly useBase64: boolean;
    };

/** AWS's words for an action in the message of an error action. */
export const actionNames = { lambda: 'LambdaAction', sqs: 'SqsAction' } as const;

/** What an action acts on: the function's ARN or the queue's URL. */
export const resourceOf = (action: RuleAction): string =>
  action.kind === 'lambda' ? action.functionArn : action.queueUrl;

/** Runs one action; rejects with the ServiceError of the service that did not take the value. */
export interface ActionRunner {
  run(action: RuleAction, value: unknown, ruleArn: string): Promise<void>;
}

/** `queues` and `invoker` accept an event durably before they resolve: that is what a PUBACK promises. */
export const makeActionRunner = ({
  invoker,
  queues,
}: {
  readonly invoker: Pick<FunctionInvoker, 'invokeAsync'>;
  readonly queues: QueueSender;
}): ActionRunner => ({
  run(action, value, ruleArn) {
    if (action.kind === 'lambda') {
      return invoker.invokeAsync(action.functionArn, value, {
        principal: 'iot.amazonaws.com',
        sourceArn: ruleArn,
      });
    }
    const text = JSON.stringify(value);
    const body = action.useBase64 ? Buffer.from(text).toString('base64') : text;
    return queues.send({ url: action.queueUrl }, body, { roleArn: action.roleArn });
  },
});
