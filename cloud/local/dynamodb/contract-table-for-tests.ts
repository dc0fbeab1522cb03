import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { clientSettings, givenTarget } from '../differential/environment.ts';
import { serveForTests } from '../serve-for-tests.ts';
import { makeDynamoDb } from './dynamodb.ts';
import { declared, table } from './table-for-tests.ts';

type Settings = ReturnType<typeof clientSettings>;

/**
 * The table that a file of contract tests runs against: the given target's, or a local one of its own. Nothing else may be assumed
 * of its content, so every test writes under keys of its own. `connect` makes the client.
 */
export class ContractTable<Client extends { destroy(): void }> {
  name = '';
  #client: Client | undefined;
  #run = '';

  constructor(connect: (settings: Settings) => Client) {
    let stop = async (): Promise<void> => {};
    beforeAll(async () => {
      const target = givenTarget();
      if (target !== undefined) {
        this.name = target.tableName;
        this.#client = connect(clientSettings(target));
        return;
      }
      const stateDir = await mkdtemp(path.join(tmpdir(), 'rollcall-dynamodb-'));
      const dynamoDb = makeDynamoDb({ stateDir, now: Date.now, log: { info() {}, warn() {} } });
      await dynamoDb.start();
      const [provider] = dynamoDb.providers;
      await provider?.create({ ...declared, properties: provider.properties.parse(declared.properties) });
      const server = await serveForTests(dynamoDb.service);
      this.name = table;
      this.#client = connect(server.config);
      stop = async () => {
        await server.close();
        await dynamoDb.stop();
        await rm(stateDir, { recursive: true, force: true });
      };
    });
    beforeEach(() => {
      this.#run = randomUUID();
    });
    afterAll(async () => {
      this.#client?.destroy();
      await stop();
    });
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error('the table is open only inside of tests');
    return this.#client;
  }

  /** A key value that no other test has used. */
  own(name: string): string {
    return `CONTRACT#${this.#run}#${name}`;
  }
}
