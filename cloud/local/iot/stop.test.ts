import { once } from 'node:events';
import net from 'node:net';
import { expect, it } from 'vitest';
import { deploy } from './testing/test-stack.ts';

it('stops although a client has connected and never begins its TLS handshake', async () => {
  const { iot } = await deploy();
  await iot.start();
  const { host, port } = iot.endpoint;
  const silent = net.connect(port, host);
  const closed = new Promise((resolve) => silent.on('close', resolve).on('error', () => undefined));
  await once(silent, 'connect');
  await iot.stop();
  await closed;
  expect(silent.destroyed).toBe(true);
});
