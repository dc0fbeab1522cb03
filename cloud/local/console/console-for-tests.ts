import { onTestFinished } from 'vitest';
import { makeFaults } from '../faults/faults.ts';
import { makeGateway } from '../gateway/gateway.ts';
import { makeIam } from '../iam/iam.ts';
import { timerSchedule } from '../schedule.ts';
import { makeConsole } from './console.ts';
import type { ConsoleSources } from './state.ts';

/** The console of a local cloud in which this much has happened; `parts` replaces what a test is about. */
export const startTestConsole = async (parts: Partial<ConsoleSources> = {}) => {
  const log = { info: () => {}, warn: () => {} };
  const outages: string[] = [];
  const faults = makeFaults({
    outage: { begin: async () => void outages.push('begin'), end: async () => void outages.push('end') },
    schedule: timerSchedule,
    now: Date.now,
    log,
  });
  const gateway = makeGateway({ iam: makeIam(), now: Date.now, disturb: faults.disturb, log });
  const counts = { matched: 7, delivered: 6, failed: 1, errorActionDelivered: 1, errorActionFailed: 0 };
  const sources: ConsoleSources = {
    stack: 'rollcall-test',
    region: 'eu-central-1',
    startedAtMs: Date.parse('2026-01-01T08:00:00Z'),
    urls: { dashboard: 'http://127.0.0.1:1', aws: 'http://127.0.0.1:2', mqtt: '127.0.0.1:3' },
    resources: () => [
      {
        logicalId: 'Table',
        type: 'AWS::DynamoDB::GlobalTable',
        physicalId: 'rollcall-test',
        played: 'emulated',
      },
      { logicalId: 'Alarm', type: 'AWS::CloudWatch::Alarm', physicalId: 'too-slow', played: 'inert' },
    ],
    functions: () => [],
    queues: () => [{ name: 'dead', visible: 3, inFlight: 2, delayed: 1 }],
    notifications: () => [],
    denied: () => [],
    iot: {
      clients: () => [
        { clientId: 'door-1', certificateId: 'abc', connectedAtMs: Date.now(), filters: ['verdicts/door-1'] },
      ],
      rules: () => [{ name: 'sightings', sql: 'SELECT * FROM "a"', disabled: false, actions: [] }],
      ruleCounts: () => counts,
    },
    faults,
    ...parts,
  };
  gateway.mountConsole(makeConsole(sources));
  const origin = await gateway.start(0);
  onTestFinished(async () => {
    faults.stop();
    await gateway.stop();
  });
  return { origin, url: `${origin}/_local`, faults, outages };
};
