import path from 'node:path';
import { config } from '../../rollcall.config.ts';
import { repositoryRoot } from './repository-root.ts';
import { synthesise } from './synthesise.ts';

try {
  synthesise({ outdir: path.join(repositoryRoot, 'cdk.out'), config });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
