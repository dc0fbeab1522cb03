import { z } from 'zod';
import { arn } from '../account.ts';
import { ServiceError } from '../gateway/service.ts';
import type { Json } from './engine.ts';

/**
 * One permission that a request needs. `items` are the keys or items it names in `tableName`:
 * their partition keys are what a `dynamodb:LeadingKeys` condition compares.
 */
export type Need = {
  readonly action: string;
  readonly resource: string;
  readonly tableName?: string;
  readonly items: readonly Json[];
};

const Item = z.record(z.string(), z.unknown());
const Named = z.looseObject({
  TableName: z.string(),
  IndexName: z.string().optional(),
  Key: Item.optional(),
  Item: Item.optional(),
});
const Transact = z.looseObject({ TransactItems: z.array(z.record(z.string(), Named)) });
const BatchGet = z.looseObject({
  RequestItems: z.record(z.string(), z.looseObject({ Keys: z.array(Item) })),
});
const BatchWrite = z.looseObject({
  RequestItems: z.record(
    z.string(),
    z.array(
      z.looseObject({
        PutRequest: z.looseObject({ Item }).optional(),
        DeleteRequest: z.looseObject({ Key: Item }).optional(),
      }),
    ),
  ),
});

const transactActions: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/**
 * What the caller must be allowed to do, as AWS decides it: a transaction needs each item's own action, a query of an
 * index needs the index, a batch needs every table that it names.
 * Source: "Actions, resources, and condition keys for Amazon DynamoDB" in the Service Authorization Reference.
 */
export const needsOf = (operation: string, input: Json): readonly Need[] => {
  if (operation === 'ListTables') return [{ action: 'dynamodb:ListTables', resource: '*', items: [] }];
  switch (operation) {
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return parse(Transact, input).TransactItems.flatMap((entry) =>
        Object.entries(entry).map(([kind, { TableName, Key, Item }]) =>
          needOf(transactActions[kind] ?? kind, TableName, [Key ?? Item ?? {}]),
        ),
      );
    case 'BatchGetItem':
      return Object.entries(parse(BatchGet, input).RequestItems).map(([table, { Keys }]) =>
        needOf(operation, table, Keys),
      );
    case 'BatchWriteItem':
      return Object.entries(parse(BatchWrite, input).RequestItems).map(([table, entries]) =>
        needOf(
          operation,
          table,
          entries.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key ?? {}),
        ),
      );
    case 'Query':
    case 'Scan': {
      const { TableName, IndexName } = parse(Named, input);
      return [needOf(operation, IndexName === undefined ? TableName : `${TableName}/index/${IndexName}`)];
    }
    default: {
      const { TableName, Key, Item } = parse(Named, input);
      const item = Key ?? Item;
      return [needOf(operation, TableName, item === undefined ? [] : [item])];
    }
  }
};

/** `table` may be followed by `/index/<name>`; an index is never named together with items. */
const needOf = (action: string, table: string, items: readonly Json[] = []): Need => ({
  action: `dynamodb:${action}`,
  resource: arn('dynamodb', `table/${table}`),
  tableName: table,
  items,
});

const parse = <S extends z.ZodType>(schema: S, input: Json): z.output<S> => {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new ServiceError('ValidationException', z.prettifyError(parsed.error));
  return parsed.data;
};
