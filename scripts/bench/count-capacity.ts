import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Has every request of a client answered with the capacity units that DynamoDB would bill, and tells of each; `command` such as `QueryCommand`. */
export const countCapacity = (
  client: DynamoDBClient,
  used: (command: string, units: number) => void,
): void => {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' as const };
        const answer = await next({ ...args, input });
        const { ConsumedCapacity } = answer.output as {
          ConsumedCapacity?: { CapacityUnits?: number } | readonly { CapacityUnits?: number }[];
        };
        used(
          commandName,
          [ConsumedCapacity ?? []].flat().reduce((sum, one) => sum + (one.CapacityUnits ?? 0), 0),
        );
        return answer;
      },
    { step: 'initialize', name: 'countCapacity' },
  );
};
