import { z } from 'zod';
import { ServiceError } from '../gateway/service.ts';
import type { Engine, Json } from './engine.ts';
import { createTableInput, schemaText, type TableResource } from './table-resource.ts';

const Described = z.looseObject({
  TableName: z.string(),
  TableArn: z.string(),
  TableId: z.string(),
  TableStatus: z.string(),
  KeySchema: z.array(z.looseObject({ AttributeName: z.string() })),
});
type Described = z.infer<typeof Described>;

export interface Tables {
  /** Creates a declared table, or finds it as an earlier start left it. Throws when it was made with other keys or indexes. */
  ensure(name: string, declared: TableResource): Promise<Described>;
  /** CreateTable. */
  create(input: Json): Promise<Json>;
  /** Names of the key attributes, partition key first; throws ResourceNotFoundException when there is no such table. */
  keyNamesOf(name: string): Promise<readonly string[]>;
}

/** Which tables there are. Keys never change once made, so they are remembered. */
export const makeTables = (engine: Engine): Tables => {
  const keyNames = new Map<string, readonly string[]>();

  const find = async (name: string): Promise<Described | undefined> => {
    try {
      return Described.parse((await engine.read('DescribeTable', { TableName: name })).Table);
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  };

  /** dynalite marks a new table active in a later turn of the event loop; nobody should see it before. */
  const create = async (input: Json): Promise<Described> => {
    const { TableDescription } = await engine.read('CreateTable', input);
    const { TableName } = Described.parse(TableDescription);
    for (;;) {
      const table = await find(TableName);
      if (table?.TableStatus === 'ACTIVE') return table;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  return {
    create: async (input) => ({ TableDescription: await create(input) }),
    async ensure(name, declared) {
      const existing = await find(name);
      if (existing?.TableStatus === 'ACTIVE') {
        if (schemaText(existing) === schemaText(declared)) return existing;
        throw new Error(
          `table ${name} holds items under other keys or indexes than the template now declares: ` +
            'start with --fresh to begin with empty tables, or go back to the template that made it',
        );
      }
      // A process killed while it created the table left it unusable and empty.
      if (existing !== undefined) await engine.dropUnfinishedTable(name);
      return create(createTableInput(name, declared));
    },
    async keyNamesOf(name) {
      const known = keyNames.get(name);
      if (known !== undefined) return known;
      const table = await find(name);
      if (table === undefined)
        throw new ServiceError(
          'ResourceNotFoundException',
          `Requested resource not found: Table: ${name} not found`,
        );
      const names = table.KeySchema.map(({ AttributeName }) => AttributeName);
      keyNames.set(name, names);
      return names;
    },
  };
};
