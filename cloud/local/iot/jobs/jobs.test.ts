import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJobStore } from './job-store.ts';
import { makeJobs } from './jobs.ts';

let folder: string;
let nowMs: number;
let told: [string, Record<string, unknown>][];
const open = () =>
  makeJobs({
    store: openJobStore(path.join(folder, 'jobs.json')),
    tell: async (topic, body) => void told.push([topic, body as Record<string, unknown>]),
    now: () => nowMs,
  });
const job = (id: string) => ({ id, document: '{"update":"1.2"}', targets: ['arn:door'] });
const topics = () => told.map(([topic]) => topic.replace('$aws/things/door/jobs/', ''));

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'iot-jobs-'));
  nowMs = 5_000;
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a job on a door', () => {
  it('is queued, started, reported and complete, each step on disk', async () => {
    await open().create(job('j1'), ['door']);
    expect(open().next('door')).toMatchObject({ jobId: 'j1', status: 'QUEUED', version: 1 });
    nowMs = 6_000;
    await open().startNext('door', { step: 'download' });
    expect(open().execution('door', '$next')).toMatchObject({
      status: 'IN_PROGRESS',
      version: 2,
      details: { step: 'download' },
      startedAtMs: 6_000,
    });
    await open().update('door', 'j1', { status: 'SUCCEEDED', expectedVersion: 2 });
    expect(open().pending('door')).toEqual([]);
    expect(open().job('j1')).toMatchObject({ status: 'COMPLETED', completedAtMs: 6_000 });
  });

  it('that is under way is handed out again after a restart of the door, unchanged', async () => {
    const jobs = open();
    await jobs.create(job('j1'), ['door']);
    await jobs.startNext('door', { step: '1' });
    expect(await jobs.startNext('door', { step: '2' })).toMatchObject({ version: 2, details: { step: '1' } });
  });

  it.each([
    ['another version', { status: 'SUCCEEDED', expectedVersion: 7 }, 'VersionMismatch'],
    ['a way back to the queue', { status: 'QUEUED' }, 'InvalidStateTransition'],
    ['a state that only the cloud sets', { status: 'CANCELED' }, 'InvalidStateTransition'],
  ] as const)('refuses %s, and says where it stands', async (_, update, code) => {
    const jobs = open();
    await jobs.create(job('j1'), ['door']);
    await expect(jobs.update('door', 'j1', update)).rejects.toMatchObject({
      code,
      execution: { version: 1 },
    });
    expect(jobs.execution('door', 'j1')).toMatchObject({ status: 'QUEUED', version: 1 });
  });

  it('takes nothing more once it has ended', async () => {
    const jobs = open();
    await jobs.create(job('j1'), ['door']);
    await jobs.update('door', 'j1', { status: 'FAILED' });
    await expect(jobs.update('door', 'j1', { status: 'IN_PROGRESS' })).rejects.toMatchObject({
      code: 'InvalidStateTransition',
    });
  });

  it('is unknown on another door', async () => {
    const jobs = open();
    await jobs.create(job('j1'), ['door']);
    expect(() => jobs.execution('window', 'j1')).toThrow(
      expect.objectContaining({ code: 'ResourceNotFound' }),
    );
  });
});

describe('the order of jobs', () => {
  it('is that of their creation, what is in progress first', async () => {
    const jobs = open();
    for (const id of ['b', 'a', 'c']) await jobs.create(job(id), ['door']);
    await jobs.update('door', 'c', { status: 'IN_PROGRESS' });
    expect(
      open()
        .pending('door')
        .map(({ jobId }) => jobId),
    ).toEqual(['c', 'b', 'a']);
  });
});

describe('notifications', () => {
  it('tell of the list when it grows or shrinks, and of the next job when it is another', async () => {
    const jobs = open();
    await jobs.create(job('j1'), ['door']);
    expect(topics()).toEqual(['notify', 'notify-next']);
    expect(told[0]?.[1]).toMatchObject({ jobs: { QUEUED: [{ jobId: 'j1' }] }, timestamp: 5 });
    expect(told[1]?.[1]).toMatchObject({ execution: { jobId: 'j1', jobDocument: { update: '1.2' } } });
    told = [];
    await jobs.create(job('j2'), ['door']);
    expect(topics()).toEqual(['notify']);
    told = [];
    await jobs.startNext('door', undefined);
    expect(topics()).toEqual([]);
    await jobs.update('door', 'j1', { status: 'SUCCEEDED' });
    expect(topics()).toEqual(['notify', 'notify-next']);
    told = [];
    await jobs.cancel('j2', {}, false);
    expect(told).toEqual([
      ['$aws/things/door/jobs/notify', { timestamp: 5, jobs: {} }],
      ['$aws/things/door/jobs/notify-next', { timestamp: 5 }],
    ]);
  });

  it('tell when a later job overtakes the next one', async () => {
    const jobs = open();
    await jobs.create(job('j1'), ['door']);
    await jobs.create(job('j2'), ['door']);
    told = [];
    await jobs.update('door', 'j2', { status: 'IN_PROGRESS' });
    expect(told).toMatchObject([['$aws/things/door/jobs/notify-next', { execution: { jobId: 'j2' } }]]);
  });
});

describe('cancelling', () => {
  it('spares what is under way, unless forced', async () => {
    const jobs = open();
    await jobs.create(job('j1'), ['door', 'other']);
    await jobs.startNext('door', undefined);
    await jobs.cancel('j1', { comment: 'wrong version' }, false);
    expect(jobs.execution('door', 'j1').status).toBe('IN_PROGRESS');
    expect(jobs.execution('other', 'j1').status).toBe('CANCELED');
    expect(jobs.job('j1')).toMatchObject({ status: 'CANCELED', comment: 'wrong version' });
    await expect(jobs.cancel('j1', {}, true)).rejects.toMatchObject({ code: 'InvalidRequest' });
    await expect(jobs.cancelExecution('door', 'j1', false)).rejects.toMatchObject({
      code: 'InvalidStateTransition',
    });
    await jobs.cancelExecution('door', 'j1', true, 2);
    expect(jobs.execution('door', 'j1')).toMatchObject({ status: 'CANCELED', forceCanceled: true });
  });

  it('comes before deleting', async () => {
    const jobs = open();
    await jobs.create(job('j1'), ['door']);
    await expect(jobs.remove('j1', false)).rejects.toMatchObject({ code: 'InvalidStateTransition' });
    await jobs.remove('j1', true);
    expect(open().pending('door')).toEqual([]);
    expect(() => open().job('j1')).toThrow(expect.objectContaining({ code: 'ResourceNotFound' }));
  });
});

it('a file that holds no jobs stops the start with the remedy', () => {
  writeFileSync(path.join(folder, 'jobs.json'), '{"v":9}');
  expect(open).toThrow('Start with --fresh');
});
