import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createTarget, type TestTarget } from '../../cloud/local/differential/environment.ts';
import { type LocalCloud, startLocalCloud } from '../../cloud/local/local-cloud.ts';
import { assemblyDir, ensureAssembly } from '../assembly.ts';
import { emptyBucket } from './empty-bucket.ts';
import type { ShortLivedStack } from './run-on-stack.ts';

/** A local cloud in a folder of its own, in place of a deployment. */
export const makeLocalStack = (say: (line: string) => void): ShortLivedStack => {
  const stateDir = mkdtempSync(path.join(os.tmpdir(), 'rollcall-test-aws-'));
  let cloud: LocalCloud | undefined;
  let target: TestTarget | undefined;
  return {
    async deploy(signal) {
      await ensureAssembly((step) => say(`${step} …`), { signal });
      cloud = await startLocalCloud({
        assemblyDir,
        stateDir,
        dashboardPort: 0,
        log: { info() {}, warn() {} },
      });
      say(`a local cloud runs at ${cloud.awsUrl}`);
      target = createTarget(cloud.outputs, {
        region: cloud.region,
        endpoint: cloud.awsUrl,
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      });
      return target;
    },
    async destroy() {
      if (target !== undefined) await emptyBucket(target);
      await cloud?.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
};
