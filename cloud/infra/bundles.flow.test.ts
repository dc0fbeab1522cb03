import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { config } from '../../rollcall.config.ts';
import { repositoryRoot } from './repository-root.ts';

const assembly = path.join(repositoryRoot, 'cdk.out');
const template = JSON.parse(
  readFileSync(path.join(assembly, `rollcall-${config.stage}.template.json`), 'utf8'),
) as { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> };

/** Bundle of each function of ours, by its name. */
const bundles = Object.values(template.Resources)
  .filter(({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.FunctionName !== undefined)
  .map(({ Properties }) => {
    const { S3Key } = Properties.Code as { S3Key: string };
    const file = path.join(assembly, `asset.${path.basename(S3Key, '.zip')}`, 'index.mjs');
    return [String(Properties.FunctionName), file] as const;
  });

describe('the bundle of', () => {
  it.each(bundles)('%s is small enough to start quickly', (_name, file) => {
    expect(statSync(file).size).toBeLessThanOrEqual(600_000);
  });

  it.each(bundles)('%s carries no detector, no broker and no CDK', (_name, file) => {
    expect(readFileSync(file, 'utf8')).not.toMatch(/tensorflow|aedes|aws-cdk-lib/i);
  });
});
