import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { functionArn, startWorker } from './worker-for-tests.ts';

/** Whether a process of this id exists. */
const runs = (pid: unknown): boolean => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};

const echo = 'export const handler = async (event) => ({ got: event });';
const pid = 'export const handler = async () => process.pid;';

describe('a function', () => {
  it('answers an event from its unmodified bundle', async () => {
    const { invoke, permit } = await startWorker(echo);
    await permit();
    expect(await invoke({ a: 'é' })).toEqual({ payload: { got: { a: 'é' } } });
  });

  it('runs a CommonJS bundle, whatever folder it lies in', async () => {
    const { invoke, permit } = await startWorker(
      'exports.handler = async () => typeof require("node:fs").readFileSync;',
      { file: 'index.js' },
    );
    await permit();
    expect(await invoke({})).toEqual({ payload: 'function' });
  });

  it('runs in the folder of its bundle, not in that of the local cloud', async () => {
    const { invoke, permit, dir } = await startWorker('export const handler = async () => process.cwd();');
    await permit();
    expect(await invoke({})).toEqual({ payload: path.join(dir, 'asset') });
  });

  it('sees only its own environment', async () => {
    process.env.ROLLCAL_TEST_SECRET = 'of the developer';
    onTestFinished(() => void delete process.env.ROLLCAL_TEST_SECRET);
    const { invoke, permit } = await startWorker('export const handler = async () => process.env;', {
      properties: { Environment: { Variables: { TABLE_NAME: 't' } }, MemorySize: 256 },
    });
    await permit();
    const { payload } = await invoke({});
    expect(payload).toEqual({
      PATH: process.env.PATH,
      TZ: 'UTC',
      TABLE_NAME: 't',
      NODE_OPTIONS: '--max-old-space-size=230 --max-semi-space-size=12',
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'worker',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_ACCESS_KEY_ID: 'AKIAWORKER',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: os.devNull,
      AWS_SHARED_CREDENTIALS_FILE: os.devNull,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    });
  });

  it('knows its name and how much time it has', async () => {
    const { invoke, permit } = await startWorker(
      'export const handler = async (_, c) => [c.functionName, c.invokedFunctionArn, c.getRemainingTimeInMillis() > 0, c.awsRequestId.length];',
    );
    await permit();
    expect((await invoke({})).payload).toEqual(['worker', functionArn, true, 36]);
  });

  it('works on one event at a time in each environment and reuses warm ones', async () => {
    const { pids, permit } = await startWorker(pid);
    await permit();
    const [first] = await pids(1);
    expect(await pids(1)).toEqual([first]);
    expect(new Set(await pids(5)).size).toBe(2);
  });

  it('answers with the error that its handler throws, and stays warm', async () => {
    const { invoke, permit } = await startWorker(
      'export const handler = async ({ fail }) => { if (fail) throw new TypeError("odd"); return process.pid; };',
    );
    await permit();
    const { payload } = await invoke({});
    expect(await invoke({ fail: true })).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType: 'TypeError', errorMessage: 'odd' },
    });
    expect((await invoke({})).payload).toBe(payload);
  });

  it('is killed when it takes longer than its time-out', async () => {
    const { invoke, permit, lambda } = await startWorker(
      'export const handler = async ({ hang }) => { if (!hang) return process.pid; console.log("pid", process.pid); for (;;); };',
      { properties: { Timeout: 1 } },
    );
    await permit();
    expect(await invoke({ hang: true })).toMatchObject({
      functionError: 'Unhandled',
      payload: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(
          /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/,
        ),
      },
    });
    const hung = lambda.logLines('worker')[0]?.split(' ')[1];
    await vi.waitFor(() => expect(runs(hung)).toBe(false));
    expect((await invoke({})).functionError).toBeUndefined();
  });

  it('answers a crash as a function error and starts anew', async () => {
    const { invoke, permit } = await startWorker(
      'export const handler = async ({ crash }) => { if (crash) process.exit(3); return "up"; };',
    );
    await permit();
    expect(await invoke({ crash: true })).toMatchObject({
      functionError: 'Unhandled',
      payload: {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(
          /^RequestId: \S+ Error: Runtime exited with error: exit status 3$/,
        ),
      },
    });
    expect(await invoke({})).toEqual({ payload: 'up' });
  });

  it('is killed when it holds more memory than it has', async () => {
    const { invoke, permit } = await startWorker(
      'export const handler = async ({ mb }) => Buffer.alloc(mb * 2 ** 20, 1).length;',
      { properties: { MemorySize: 256 } },
    );
    await permit();
    expect((await invoke({ mb: 1 })).functionError).toBeUndefined();
    expect(await invoke({ mb: 300 })).toMatchObject({
      functionError: 'Unhandled',
      payload: {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/),
      },
    });
    expect((await invoke({ mb: 1 })).functionError).toBeUndefined();
  });

  it('keeps its newest runs with what each wrote, for an operator to see', async () => {
    const { invoke, permit, lambda } = await startWorker(
      'export const handler = async ({ say, fail }) => { console.log(say); if (fail) throw new TypeError("odd"); };',
    );
    await permit();
    await invoke({ say: 'one' });
    await invoke({ say: 'two', fail: true });
    const [worker] = lambda.functions();
    expect(worker).toMatchObject({
      name: 'worker',
      invocations: [
        { outcome: 'succeeded', lines: ['one'], maxMemoryMb: expect.any(Number) },
        {
          outcome: 'failed',
          errorType: 'TypeError',
          lines: expect.arrayContaining(['two', expect.stringContaining('TypeError: odd')]),
        },
      ],
    });
  });

  it('answers a bundle that does not load as a function error', async () => {
    const { invoke, permit } = await startWorker(
      'import "no-such-package"; export const handler = async () => 1;',
    );
    await permit();
    expect(await invoke({})).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorMessage: /no-such-package/ },
    });
  });

  it('refuses an event or a response over 6 MB', async () => {
    const { invoke, permit } = await startWorker(
      'export const handler = async () => "x".repeat(7 * 1024 * 1024);',
    );
    await permit();
    await expect(invoke('x'.repeat(7 * 1024 * 1024))).rejects.toMatchObject({
      code: 'RequestTooLargeException',
    });
    expect(await invoke({})).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType: 'Function.ResponseSizeTooLarge' },
    });
  });

  it('keeps what it writes in memory and in its file, unparsed', async () => {
    const { invoke, permit, lambda, dir } = await startWorker(
      'export const handler = async () => { console.log("{not json"); console.error("second"); };',
    );
    await permit();
    await invoke({});
    await lambda.stop();
    expect(lambda.logLines('worker').toSorted()).toEqual(['second', '{not json']);
    expect(readFileSync(path.join(dir, 'logs', 'worker.log'), 'utf8')).toContain('{not json\n');
  });

  it('leaves no line when its role may not write logs, and runs all the same', async () => {
    const { invoke, permit, lambda, missing } = await startWorker(
      'export const handler = async () => { console.log("lost"); return 1; };',
    );
    await permit();
    missing.add('logs:PutLogEvents');
    expect(await invoke({})).toEqual({ payload: 1 });
    const [{ invocations } = { invocations: [] }] = lambda.functions();
    expect([lambda.logLines('worker'), invocations[0]?.lines]).toEqual([[], []]);
  });

  it('is gone with its environments after stop', async () => {
    const { pids, permit, lambda } = await startWorker(pid);
    await permit();
    const [one, two] = await pids(2);
    await lambda.stop();
    expect([runs(one), runs(two)]).toEqual([false, false]);
  });
});
