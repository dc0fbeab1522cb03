import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { serveForTests } from '../serve-for-tests.ts';
import { makeRekognition, type Rekognition } from './rekognition.ts';

type Served = Awaited<ReturnType<typeof serveForTests>>;
type Running<Client> = {
  readonly rekognition: Rekognition;
  readonly served: Served;
  readonly client: Client;
};

/** A running Rekognition and a client for it, for all tests of a file: the networks are loaded once. `connect` makes the client. */
export class RekognitionForTests<Client extends { destroy(): void }> {
  readonly #connect: (config: Served['config']) => Client;
  stateDir = '';
  /** Whether the caller's policies allow what is asked. */
  allowed = true;
  #running: Running<Client> | undefined;

  constructor(connect: (config: Served['config']) => Client) {
    this.#connect = connect;
    beforeAll(async () => {
      this.stateDir = await mkdtemp(path.join(tmpdir(), 'rollcall-rekognition-'));
      await this.#start();
    });
    afterAll(async () => {
      await this.#stop();
      await rm(this.stateDir, { recursive: true, force: true });
    });
  }

  get running(): Running<Client> {
    if (!this.#running) throw new Error('Rekognition runs only inside of tests.');
    return this.#running;
  }

  /** Ends the service and starts another one over the same files. */
  async restart(): Promise<void> {
    await this.#stop();
    await this.#start();
  }

  async #start(): Promise<void> {
    const rekognition = makeRekognition({
      stateDir: this.stateDir,
      now: Date.now,
      log: { info() {}, warn() {} },
    });
    await rekognition.start();
    const served = await serveForTests(rekognition.service, () => this.allowed);
    await rekognition.ready();
    this.#running = { rekognition, served, client: this.#connect(served.config) };
  }

  async #stop(): Promise<void> {
    const { rekognition, served, client } = this.running;
    client.destroy();
    await served.close();
    await rekognition.stop();
  }
}
