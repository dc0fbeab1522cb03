import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { RekognitionClient, SearchFacesByImageCommand } from '@aws-sdk/client-rekognition';
import { openCollections } from '../../cloud/local/rekognition/collections.ts';
import { createStranger } from '../../cloud/local/rekognition/collections-for-tests.ts';
import { makeRekognition } from '../../cloud/local/rekognition/rekognition.ts';
import { sampleCrop } from '../../cloud/local/rekognition/sample-crops.ts';
import { serveForTests } from '../../cloud/local/serve-for-tests.ts';
import { type Measurement, percentile } from './figures.ts';

const collectionId = 'bench';
const faceCount = 10_000;
const rounds = 60;
/** The first searches compile what the later ones run. */
const warmUp = 10;

/**
 * SearchFacesByImage of the local Rekognition by AWS's SDK, one after the other: JPEGs of head and shoulders as doors send them, in a
 * collection of 10,000 faces. `rekognition.load` is the machine's load average meanwhile: the times double when it has no core free.
 */
export const rekognitionSearch: Measurement = {
  figures: ['rekognition.search.p50', 'rekognition.search.p95', 'rekognition.load'],
  async measure(report) {
    const stateDir = await mkdtemp(path.join(os.tmpdir(), 'rollcall-bench-rekognition-'));
    const faces = Array.from({ length: faceCount }, createStranger);
    openCollections(path.join(stateDir, 'collections')).put({ collectionId, createdAt: 0, faces });
    const rekognition = makeRekognition({ stateDir, now: Date.now, log: { info() {}, warn() {} } });
    const served = await serveForTests(rekognition.service);
    const client = new RekognitionClient(served.config);
    try {
      await rekognition.ready();
      const times = await timeSearches(client);
      report({ name: 'rekognition.search.p50', value: percentile(times, 0.5), unit: 'ms' });
      report({ name: 'rekognition.search.p95', value: percentile(times, 0.95), unit: 'ms' });
      report({ name: 'rekognition.load', value: os.loadavg()[0] ?? Number.NaN, unit: 'processes' });
    } finally {
      client.destroy();
      await served.close();
      await rekognition.stop();
      await rm(stateDir, { recursive: true, force: true });
    }
  },
};

const timeSearches = async (client: RekognitionClient): Promise<readonly number[]> => {
  const crops = await Promise.all(['s1-1', 's3-2', 's4-3', 's5-4', 's6-2'].map((id) => sampleCrop(id)));
  const times: number[] = [];
  for (let round = 0; round < rounds + warmUp; round++) {
    const startedAt = performance.now();
    await client.send(
      new SearchFacesByImageCommand({
        CollectionId: collectionId,
        Image: { Bytes: crops[round % crops.length] ?? Buffer.alloc(0) },
        MaxFaces: 10,
      }),
    );
    if (round >= warmUp) times.push(Math.round((performance.now() - startedAt) * 10) / 10);
  }
  return times;
};
