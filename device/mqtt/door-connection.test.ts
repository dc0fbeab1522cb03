import { beforeAll, describe, expect, it, vi } from 'vitest';
import { golden } from '#contract/golden.ts';
import { DeviceConfiguration } from '#contract/provisioning.ts';
import { createCsr, createPrivateKeyPem } from '../identity/csr.ts';
import { makeTestAuthority } from '../identity/test-authority.ts';
import { makeMemoryLog } from '../log.ts';
import { decodeEntry, encodeEntry } from '../outbox/entry-file.ts';
import { exampleSighting } from '../outbox/examples.ts';
import type { Entry } from '../outbox/outbox.ts';
import type { MqttSettings } from './client.ts';
import { makeDoorConnection } from './door-connection.ts';

let settings: MqttSettings;
beforeAll(async () => {
  const authority = await makeTestAuthority();
  const privateKeyPem = createPrivateKeyPem();
  settings = {
    endpoint: '127.0.0.1',
    // Nobody listens on port 1.
    port: 1,
    caPem: authority.caPem,
    certificatePem: await authority.issueFromCsr(await createCsr(privateKeyPem, 'demo-1')),
    privateKeyPem,
    clientId: 'rollcall-dev-demo-1',
  };
});

const makeConnection = () => {
  const log = makeMemoryLog();
  const connection = makeDoorConnection({
    ...settings,
    log,
    topics: DeviceConfiguration.parse(golden('device-configuration')),
    onVerdict: () => {
      throw new Error('nobody sent a verdict');
    },
    onTakenOver: () => {
      throw new Error('nobody took over');
    },
  });
  return { log, connection };
};

describe('a door that cannot reach the cloud', () => {
  it('gives a publish back as failed for now, and says why it is offline', async () => {
    const { log, connection } = makeConnection();
    connection.start();
    const { facts, ...sighting } = exampleSighting();
    const entry = decodeEntry(encodeEntry({ ...sighting, facts: { ...facts, seq: 1 } } as Entry));
    if (!entry) throw new Error('the entry did not survive its file');
    expect(await connection.publish(entry)).toMatchObject({ kind: 'failed', never: false });
    expect(connection.state()).toBe('offline');
    await vi.waitFor(() => expect(log.lines.map(({ event }) => event)).toContain('mqtt.connect_failed'));
    expect(log.lines[0]?.fields.why).toMatch(/^AWS_/);
    await connection.stop();
    expect(connection.state()).toBe('stopped');
  });

  it('does not hold up whoever waits for the cloud and is told to stop', async () => {
    const { connection } = makeConnection();
    const stop = new AbortController();
    const ready = connection.ready(stop.signal);
    stop.abort();
    await expect(ready).resolves.toBeUndefined();
    await connection.stop();
  });

  it('stops once, however often it is asked to', async () => {
    const { log, connection } = makeConnection();
    connection.start();
    await Promise.all([connection.stop(), connection.stop()]);
    await connection.stop();
    expect(log.lines.filter(({ event }) => event === 'mqtt.stopped')).toHaveLength(1);
  });
});
