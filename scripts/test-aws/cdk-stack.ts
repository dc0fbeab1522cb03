import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { synthesise } from '../../cloud/infra/synthesise.ts';
import { createTarget, type TestTarget } from '../../cloud/local/differential/environment.ts';
import { config } from '../../rollcall.config.ts';
import { ensureAssembly, root } from '../assembly.ts';
import { emptyBucket } from './empty-bucket.ts';
import type { ShortLivedStack } from './run-on-stack.ts';
import { runProgram } from './run-program.ts';

const Outputs = z.record(z.string(), z.record(z.string(), z.string()));

type CdkStackNeeds = {
  readonly region: string;
  readonly say: (line: string) => void;
  /** The CDK's command line; the one that the package installs if not given. */
  readonly cdk?: readonly [string, ...string[]];
  /** Writes the cloud assembly of a stage into a folder; from this checkout if not given. */
  readonly write?: (stage: string, folder: string) => Promise<void>;
  /** Makes the stack's data fit to be removed; `emptyBucket` if not given. */
  readonly empty?: (target: TestTarget) => Promise<void>;
};

/** Rollcall in a real account, under a stage name that nobody else has, with nothing kept when it is removed. */
export const makeCdkStack = ({
  region,
  say,
  cdk = [process.execPath, path.join(root, 'node_modules/aws-cdk/bin/cdk')],
  write = writeAssembly,
  empty = emptyBucket,
}: CdkStackNeeds): ShortLivedStack => {
  const stage = `t${randomBytes(5).toString('hex')}`;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-test-aws-'));
  const assembly = path.join(folder, 'assembly');
  const outputs = path.join(folder, 'outputs.json');
  const env = { AWS_REGION: region, CDK_DISABLE_CLI_TELEMETRY: 'true' };
  let begun = false;
  let target: TestTarget | undefined;
  return {
    async deploy(signal) {
      await write(stage, assembly);
      signal.throwIfAborted();
      say(`deploying rollcall-${stage} to ${region} …`);
      begun = true;
      const options = ['--all', '--require-approval', 'never', '--outputs-file', outputs];
      const code = await runProgram([...cdk, 'deploy', '--app', assembly, ...options], env, signal);
      if (code !== 0 || !existsSync(outputs))
        throw new Error(`the deployment of rollcall-${stage} failed; what is wrong stands above`);
      const stacks = Outputs.parse(JSON.parse(readFileSync(outputs, 'utf8')));
      target = createTarget(stacks[`rollcall-${stage}`] ?? {}, { region });
      return target;
    },
    async destroy() {
      // Should this fail, the removal shows whether it mattered.
      if (target !== undefined) await empty(target).catch(() => say('the bucket could not be emptied'));
      const code = begun
        ? await runProgram([...cdk, 'destroy', '--app', assembly, '--all', '--force'], env)
        : 0;
      rmSync(folder, { recursive: true, force: true });
      if (code !== 0)
        throw new Error(
          `rollcall-${stage} could not be removed from ${region}: delete this stack in the CloudFormation console, it costs money`,
        );
    },
  };
};

const writeAssembly = async (stage: string, folder: string): Promise<void> => {
  // The dashboard that the stack ships is built along with the assembly of this checkout.
  await ensureAssembly(() => undefined);
  const { deployTo: _, ...rest } = config;
  synthesise({
    outdir: folder,
    config: { ...rest, stage, keepDataOnDelete: false, alertAddresses: [] },
    checked: false,
  });
};
