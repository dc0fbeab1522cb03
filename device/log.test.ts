import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { golden } from '#contract/golden.ts';
import { DeviceConfiguration } from '#contract/provisioning.ts';
import { makeManualClock } from './clock.ts';
import { makeConsoleFeedback } from './door/console-feedback.ts';
import { createPrivateKeyPem } from './identity/csr.ts';
import { IdentityError } from './identity/identity-error.ts';
import { retryProvisioning } from './identity/provision.ts';
import { type LogEvent, type LogFields, makeLog } from './log.ts';
import { makeVerdictReceiver } from './mqtt/verdict-message.ts';
import { makeDelivery } from './outbox/deliver.ts';
import { nodeDisk } from './outbox/disk.ts';
import { examplePassage, examplePicture, exampleSighting } from './outbox/examples.ts';
import { openFileOutbox } from './outbox/file-outbox.ts';

/** A log at its loudest, and all that it wrote. */
const makeRecordedLog = () => {
  const written: string[] = [];
  return { written, log: makeLog({ level: 'debug', stream: { write: (line) => written.push(line) } }) };
};

const lineOf = (event: LogEvent, fields: LogFields): Record<string, unknown> => {
  const { written, log } = makeRecordedLog();
  log.event(event, fields);
  return JSON.parse(written[0] ?? '');
};

describe('the log', () => {
  it('writes an event with its level, time and facts as one line of JSON', () => {
    expect(lineOf('delivery.delivered', { seq: 7, kind: 'sighting' })).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      event: 'delivery.delivered',
      seq: 7,
      kind: 'sighting',
    });
  });

  it('holds no name, picture, key or code after a door has provisioned, sent, and read its verdict', async () => {
    const { written, log } = makeRecordedLog();
    const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-log-'));
    const clock = makeManualClock();
    const key = createPrivateKeyPem();
    const identity = {
      thingName: 'rollcall-dev-demo-1',
      certificatePem: key,
      privateKeyPem: key,
      configuration: DeviceConfiguration.parse(golden('device-configuration')),
    };
    let tries = 0;
    const provisioning = retryProvisioning({
      attempt: async () => {
        tries += 1;
        if (tries === 1) throw new IdentityError('unreachable', true, 'check the cable', new Error(key));
        return identity;
      },
      attempts: 2,
      clock,
      log,
      signal: new AbortController().signal,
    });
    await vi.waitFor(() => expect(clock.sleepers()).toHaveLength(1));
    await clock.advance(10_000);
    await provisioning;

    const outbox = await openFileOutbox({ folder, maxBytes: 1e9, disk: nodeDisk, clock, log });
    await outbox.add(exampleSighting('picture of a face'));
    await outbox.add(examplePassage());
    const stop = new AbortController();
    const answers = [135, 0, 0];
    const delivery = makeDelivery({
      outbox,
      clock,
      log,
      eventsPerSecond: 100,
      burst: 100,
      random: () => 0,
      publisher: {
        ready: async () => undefined,
        publish: async () => ({ kind: 'puback', reasonCode: answers.shift() ?? 0 }),
      },
    });
    const running = delivery.run(stop.signal);
    await vi.waitFor(() => expect(clock.sleepers()).toHaveLength(1));
    await clock.advance(0);
    await vi.waitFor(() => expect(outbox.pending()).toEqual([]));
    stop.abort();
    await running;

    let shown = '';
    const feedback = makeConsoleFeedback({ isTTY: true, write: (text) => (shown += text) }, 'on_a_terminal');
    const receive = makeVerdictReceiver({ log, onVerdict: feedback.show });
    receive(new Uint8Array(Buffer.from(JSON.stringify(golden('verdict-matched')))).buffer);
    receive(new Uint8Array(Buffer.from('{"name":"Ada Example"}')).buffer);

    const text = written.join('');
    expect(shown).toContain('Ada Example');
    for (const event of [
      'identity.retrying',
      'delivery.refused',
      'delivery.delivered',
      'verdict.received',
      'verdict.rejected',
    ]) {
      expect(text).toContain(`"event":"${event}"`);
    }
    const picture = examplePicture('picture of a face');
    const secrets = [
      'Ada',
      'picture of a face',
      picture.toString('base64').slice(0, 24),
      '/9j/',
      'PRIVATE KEY',
    ];
    secrets.push(...key.split('\n').slice(1, -2));
    for (const secret of secrets) expect(text).not.toContain(secret);
    await rm(folder, { recursive: true });
  });

  it.each<[string, LogFields]>([
    ['a name', { name: 'Ada Example' }],
    ['a claim code', { code: 'Ada Example' }],
    ['a key in PEM', { why: '-----BEGIN PRIVATE KEY-----\nAda Example' }],
    ['a JPEG in base64', { why: '/9j/4AAQSkZJRgAB Ada Example' }],
    ['a whole message', { why: `Ada Example ${'x'.repeat(400)}` }],
  ])('blots out %s that slipped into an event', (_, fields) => {
    const line = lineOf('agent.failed', fields);
    expect(JSON.stringify(line)).not.toContain('Ada');
    expect(Object.values(line)).toContain('[redacted]');
  });

  it('leaves out what is quieter than its level', () => {
    const written: string[] = [];
    const log = makeLog({ level: 'warn', stream: { write: (line) => written.push(line) } });
    log.event('passage.ended');
    log.event('mqtt.connect_failed');
    expect(written.map((line) => JSON.parse(line).event)).toEqual(['mqtt.connect_failed']);
  });
});
