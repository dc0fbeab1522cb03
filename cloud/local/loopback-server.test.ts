import { once } from 'node:events';
import net from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type LoopbackServerOptions, startLoopbackServer, type WebRequest } from './loopback-server.ts';
import { requestRaw } from './raw-request-for-tests.ts';

const start = async (answer: LoopbackServerOptions['answer']) => {
  const failures: unknown[] = [];
  const server = await startLoopbackServer({
    port: 0,
    maxBodyBytes: 1000,
    tooLarge: { status: 413 },
    answer,
    failed: (error) => failures.push(error),
  });
  onTestFinished(() => server.stop());
  return { server, failures };
};

const connect = async (port: number): Promise<net.Socket> => {
  const socket = net.connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};

it('answers 500 to what HTTP cannot carry, without a word of it, and goes on', async () => {
  const { server, failures } = await start(async ({ path }) =>
    path === '/bad'
      ? { status: 200, headers: { 'x-first': 'kept', 'x-name': 'a\nb' }, body: 'kept' }
      : { status: 200, body: 'good' },
  );
  const refused = await requestRaw(server.origin, '/bad');
  expect([refused.status, refused.body.toString()]).toEqual([500, 'Internal Server Error']);
  expect(refused.headers['x-first']).toBeUndefined();
  expect(failures).toHaveLength(1);
  expect((await requestRaw(server.origin, '/')).body.toString()).toBe('good');
});

it('takes a client that goes away in the middle of a request for no failure', async () => {
  const asked: WebRequest[] = [];
  const { server, failures } = await start(async (request) => {
    asked.push(request);
    return { status: 204 };
  });
  const socket = await connect(server.port);
  socket.write('POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n');
  // The server has the request's head now, and waits for the body.
  await once(socket, 'data');
  socket.destroy();
  // A connection made after that one ended is served after the server has seen its end.
  await requestRaw(server.origin, '/after');
  await server.stop();
  expect(asked.map(({ path }) => path)).toEqual(['/after']);
  expect(failures).toEqual([]);
});

it('stops with idle connections open, with one that does not read, and with an answer that never comes', async () => {
  let asked = (): void => undefined;
  const waiting = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const { server } = await start(async ({ path }) => {
    if (path !== '/never') return { status: 200, body: Buffer.alloc(16 * 1024 * 1024) };
    asked();
    return await new Promise(() => undefined);
  });
  const [idle, deaf, patient] = await Promise.all([1, 2, 3].map(() => connect(server.port)));
  const closed = [idle, deaf, patient].map((socket) => socket && once(socket.resume(), 'close'));
  deaf?.pause().write('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
  patient?.write('GET /never HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
  await waiting;
  await server.stop();
  deaf?.resume();
  await Promise.all(closed);
  expect([idle, deaf, patient].map((socket) => socket?.destroyed)).toEqual([true, true, true]);
});
