import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ServiceError } from '../gateway/service.ts';
import { type Engine, type Json, recordKey, type Write } from './engine.ts';

/** Limits of TransactWriteItems and TransactGetItems in the DynamoDB API reference. */
const maxItems = 100;
const maxBytes = 4 * 1024 * 1024;
const tokenLifeMs = 10 * 60 * 1000;
const itemTooLarge = 'Item size has exceeded';

/** The operation that does what one entry of a transaction asks for. A condition check is a delete that is not written. */
const operationOf = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
};
type Kind = keyof typeof operationOf;

const Entry = z.record(z.enum(['Put', 'Update', 'Delete', 'ConditionCheck']).or(z.string()), z.unknown());
const WriteInput = z.looseObject({
  TransactItems: z.array(Entry),
  ClientRequestToken: z.string().min(1).max(36).optional(),
  ReturnConsumedCapacity: z.enum(['INDEXES', 'TOTAL', 'NONE']).optional(),
});
const Keyed = z.looseObject({
  TableName: z.string(),
  Key: z.record(z.string(), z.unknown()).optional(),
  Item: z.record(z.string(), z.unknown()).optional(),
  ConditionExpression: z.string().optional(),
  ReturnValuesOnConditionCheckFailure: z.enum(['ALL_OLD', 'NONE']).optional(),
});
const GetInput = z.looseObject({ TransactItems: z.array(z.strictObject({ Get: Keyed })) });
const UsedToken = z.object({ hash: z.string(), expiresAtMs: z.number() });

type Step = {
  readonly kind: Kind;
  readonly input: z.infer<typeof Keyed>;
  readonly key: Json;
};
type Reason = { readonly Code: string; readonly Message?: string; readonly Item?: unknown };

/** Names of a table's key attributes; throws ResourceNotFoundException when there is no such table. */
export type KeyNamesOf = (tableName: string) => Promise<readonly string[]>;

export interface Transactions {
  /** TransactWriteItems. The caller lets nothing else write meanwhile. */
  write(input: Json): Promise<Json>;
  /** TransactGetItems. The caller lets nothing write meanwhile, so that all items are of one instant. */
  get(input: Json): Promise<Json>;
  forgetExpiredTokens(): Promise<void>;
}

/**
 * Transactions over the engine: every entry is planned against the items as they are, and if none is refused all
 * writes and the idempotency token are committed in one atomic batch.
 */
export const makeTransactions = (deps: {
  readonly engine: Engine;
  readonly keyNamesOf: KeyNamesOf;
  readonly now: () => number;
}): Transactions => {
  const { engine, keyNamesOf, now } = deps;

  const stepOf = async (entry: z.infer<typeof Entry>): Promise<Step> => {
    const [[kind, raw] = ['', undefined], ...rest] = Object.entries(entry);
    if (!(kind in operationOf) || rest.length > 0)
      throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
    const input = parse(Keyed, raw);
    if (kind === 'ConditionCheck' && input.ConditionExpression === undefined)
      throw invalid('The expression can not be empty;');
    const source = kind === 'Put' ? input.Item : input.Key;
    const names = await keyNamesOf(input.TableName);
    const key = Object.fromEntries(names.map((name) => [name, source?.[name]]));
    checkForm(operationOf[kind as Kind], input);
    return { kind: kind as Kind, input, key };
  };

  /** A request that makes no sense is refused as a whole; an item that is too large is one of the reasons to cancel, which `attempt` finds. */
  const checkForm = (operation: string, input: Json): void => {
    try {
      engine.check(operation, input);
    } catch (error) {
      if (!(error instanceof ServiceError) || !error.message.startsWith(itemTooLarge)) throw error;
    }
  };

  /** Plans one entry; a refusal is a reason, not an error. */
  const attempt = async (
    step: Step,
  ): Promise<{ writes: readonly Write[]; units: number; reason: Reason }> => {
    try {
      const { answer, writes } = await engine.plan(operationOf[step.kind], {
        ...step.input,
        ReturnConsumedCapacity: 'TOTAL',
      });
      // A transaction costs two units for each: one to prepare, one to commit.
      const units =
        2 * z.looseObject({ CapacityUnits: z.number() }).parse(answer.ConsumedCapacity).CapacityUnits;
      return { writes: step.kind === 'ConditionCheck' ? [] : writes, units, reason: { Code: 'None' } };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.code === 'ConditionalCheckFailedException')
        return { writes: [], units: 0, reason: await conditionFailed(step, error.message) };
      if (error.code !== 'ValidationException') throw error;
      return { writes: [], units: 0, reason: { Code: 'ValidationError', Message: error.message } };
    }
  };

  const conditionFailed = async ({ input, key }: Step, message: string): Promise<Reason> => {
    const reason = { Code: 'ConditionalCheckFailed', Message: message };
    if (input.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD') return reason;
    const { Item } = await engine.read('GetItem', {
      TableName: input.TableName,
      Key: key,
      ConsistentRead: true,
    });
    return Item === undefined ? reason : { ...reason, Item };
  };

  return {
    async write(input) {
      const { TransactItems, ClientRequestToken: token, ReturnConsumedCapacity } = parse(WriteInput, input);
      checkSize(TransactItems);
      const hash = createHash('sha256').update(JSON.stringify(TransactItems)).digest('hex');
      if (token !== undefined) {
        const used = UsedToken.safeParse(await engine.record('idempotency', token));
        if (used.success && used.data.expiresAtMs > now()) {
          if (used.data.hash === hash) return {};
          throw new ServiceError(
            'IdempotentParameterMismatchException',
            'The client request token was used with other items within the last 10 minutes.',
          );
        }
      }
      const steps = await Promise.all(TransactItems.map(stepOf));
      refuseSameItems(steps.map(({ input, key }) => [input.TableName, key]));

      const results = await Promise.all(steps.map(attempt));
      const reasons = results.map(({ reason }) => reason);
      if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);

      const remembered: Write[] =
        token === undefined
          ? []
          : [
              {
                type: 'put',
                key: recordKey('idempotency', token),
                value: { hash, expiresAtMs: now() + tokenLifeMs } satisfies z.infer<typeof UsedToken>,
              },
            ];
      await engine.commit([...results.flatMap(({ writes }) => writes), ...remembered]);
      if (ReturnConsumedCapacity === undefined || ReturnConsumedCapacity === 'NONE') return {};
      const units = new Map<string, number>();
      steps.forEach(({ input: { TableName } }, i) => {
        units.set(TableName, (units.get(TableName) ?? 0) + (results[i]?.units ?? 0));
      });
      return {
        ConsumedCapacity: [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits })),
      };
    },

    async get(input) {
      const { TransactItems } = parse(GetInput, input);
      checkSize(TransactItems);
      refuseSameItems(TransactItems.map(({ Get }) => [Get.TableName, Get.Key]));
      const answers = await Promise.all(
        TransactItems.map(({ Get }) => engine.read('GetItem', { ...Get, ConsistentRead: true })),
      );
      return { Responses: answers.map(({ Item }) => (Item === undefined ? {} : { Item })) };
    },

    async forgetExpiredTokens() {
      const expired = (await engine.records('idempotency')).filter(([, value]) => {
        const token = UsedToken.safeParse(value);
        return !token.success || token.data.expiresAtMs <= now();
      });
      await engine.commit(expired.map(([token]) => ({ type: 'del', key: recordKey('idempotency', token) })));
    },
  };
};

const checkSize = (items: readonly unknown[]): void => {
  if (items.length < 1 || items.length > maxItems)
    throw invalid(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to ${maxItems} and greater than or equal to 1`,
    );
  if (Buffer.byteLength(JSON.stringify(items)) > maxBytes)
    throw invalid('Transaction request exceeds the limit of 4 MB');
};

const refuseSameItems = (items: readonly (readonly [tableName: string, key: unknown])[]): void => {
  if (new Set(items.map((item) => JSON.stringify(item))).size < items.length)
    throw invalid('Transaction request cannot include multiple operations on one item');
};

const cancelled = (reasons: readonly Reason[]): ServiceError =>
  new ServiceError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    400,
    { CancellationReasons: reasons },
  );

const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

const parse = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  return parsed.data;
};
