import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { RekognitionClient, SearchFacesByImageCommand } from '@aws-sdk/client-rekognition';
import { loadCloudProcess } from '../../cloud/local/flow/kill/cloud-process.ts';
import { sightingOf } from '../../cloud/local/flow/test-door.ts';
import { assemblyDir, ensureAssembly } from '../assembly.ts';
import { withPeople } from './enrolled.ts';
import { type Measurement, percentile } from './figures.ts';

const starts = 5;
const searches = 60;
/** Models load and code warms up meanwhile. */
const warmUp = 10;

/**
 * `local.start_s`: from the start of a process until the local cloud is up, in an empty state folder, the assembly being there (median
 * of five). `local.search_ms`: one search for one face among ten people through the SDK, one after the other (median).
 */
export const local: Measurement = {
  figures: ['local.start_s', 'local.search_ms'],
  async measure(report) {
    await ensureAssembly((step) => process.stderr.write(`${step}\n`));
    const seconds: number[] = [];
    for (let n = 0; n < starts; n += 1) seconds.push(await startSeconds());
    report({ name: 'local.start_s', value: Math.round(percentile(seconds, 0.5) * 100) / 100, unit: 's' });
    const times = await searchTimes();
    report({ name: 'local.search_ms', value: Math.round(percentile(times, 0.5)), unit: 'ms' });
  },
};

async function startSeconds(): Promise<number> {
  const stateDir = mkdtempSync(path.join(os.tmpdir(), 'rollcall-bench-'));
  try {
    const startedMs = performance.now();
    const cloud = loadCloudProcess(assemblyDir, stateDir);
    await cloud.start();
    const seconds = (performance.now() - startedMs) / 1000;
    await cloud.end('SIGINT');
    return seconds;
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

const searchTimes = (): Promise<readonly number[]> =>
  withPeople(10, async ({ installation: { cloud }, people }) => {
    const client = new RekognitionClient({
      endpoint: cloud.awsUrl,
      region: cloud.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const times: number[] = [];
    for (let n = 0; n < warmUp + searches; n += 1) {
      const entry = await sightingOf(people[n % people.length]?.sample ?? '');
      const Bytes = entry.kind === 'sighting' ? entry.jpeg : Buffer.alloc(0);
      const startedMs = performance.now();
      await client.send(
        new SearchFacesByImageCommand({ CollectionId: cloud.outputs.CollectionId, Image: { Bytes } }),
      );
      if (n >= warmUp) times.push(performance.now() - startedMs);
    }
    client.destroy();
    return times;
  });
