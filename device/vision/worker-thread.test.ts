import { BroadcastChannel } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { startWorkerThread, WorkerThreadError } from './worker-thread.ts';

const moduleOf = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const readyThenOn = (message: string) =>
  moduleOf(`import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ id, request }) => { ${message} });
    parentPort.postMessage({ kind: 'ready', ready: 'here' });`);

it('rejects what it was asked, and all that follows, when the worker crashes', async () => {
  const { thread } = await startWorkerThread(readyThenOn(`throw new Error('out of luck')`), 'test', {});
  await expect(thread.ask('a')).rejects.toThrow('The test worker failed: out of luck');
  await expect(thread.ask('b')).rejects.toThrow(WorkerThreadError);
});

it('tells that the worker broke also when nobody asks anything', async () => {
  const fate = `worker-thread-test-${crypto.randomUUID()}`;
  const crashing = moduleOf(`import { BroadcastChannel, parentPort } from 'node:worker_threads';
    new BroadcastChannel('${fate}').onmessage = () => { throw new Error('out of memory'); };
    parentPort.postMessage({ kind: 'ready', ready: 'here' });`);
  const { thread } = await startWorkerThread(crashing, 'test', {});
  const channel = new BroadcastChannel(fate);
  onTestFinished(() => channel.close());
  channel.postMessage('now');
  expect((await thread.broken).message).toBe('The test worker failed: out of memory');
});

it('ends a worker that hangs, and tells so', async () => {
  const { thread } = await startWorkerThread(readyThenOn('for (;;);'), 'test', {}, { answerMs: 100 });
  await expect(thread.ask('a')).rejects.toThrow('The test worker did not answer within 0.1 s');
  expect(await thread.broken).toBeInstanceOf(WorkerThreadError);
  await expect(thread.ask('b')).rejects.toThrow('did not answer');
});

it('rejects what it was asked when the worker ends by itself', async () => {
  const { thread } = await startWorkerThread(readyThenOn('process.exit(3)'), 'test', {});
  await expect(thread.ask('a')).rejects.toThrow('ended by itself with code 3');
});

it('answers each request with its own reply', async () => {
  const echo = readyThenOn(`parentPort.postMessage({ kind: 'reply', id, reply: request + '!' })`);
  const { thread, ready } = await startWorkerThread<string, string, string>(echo, 'test', {});
  expect(ready).toBe('here');
  expect(await Promise.all([thread.ask('a'), thread.ask('b')])).toEqual(['a!', 'b!']);
  await thread.close();
});

it('goes on after a request that could not be answered', async () => {
  const picky = readyThenOn(`parentPort.postMessage(request === 'bad'
    ? { kind: 'failed', id, message: 'bad request' } : { kind: 'reply', id, reply: 'fine' })`);
  const { thread } = await startWorkerThread<string, string, string>(picky, 'test', {});
  await expect(thread.ask('bad')).rejects.toThrow('The test worker could not answer: bad request');
  expect(await thread.ask('good')).toBe('fine');
  await thread.close();
});

it('does not start with a module that fails', async () => {
  const starting = startWorkerThread(moduleOf(`throw new Error('no model')`), 'test', {});
  await expect(starting).rejects.toThrow('The test worker failed: no model');
});
