import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { readAssembly } from '../../cloud/local/cloudformation/assembly.ts';
import { findHandler, functionProperties } from '../../cloud/local/lambda/function-resource.ts';
import { assemblyDir, ensureAssembly } from '../assembly.ts';
import { type Measurement, percentile } from './figures.ts';

const runs = 5;

/** The bundles that are deployed: the largest, and the longest time that a fresh Node.js takes to import one (median of five). */
export const lambda: Measurement = {
  figures: ['lambda.bundle.max_kb', 'lambda.import.max_ms'],
  async measure(report) {
    await ensureAssembly((step) => process.stderr.write(`${step}\n`));
    const bundles = readBundles();
    const kilobytes = bundles.map(({ file }) => statSync(file).size / 1000);
    report({ name: 'lambda.bundle.max_kb', value: Math.round(Math.max(...kilobytes)), unit: 'kB' });
    const medians: number[] = [];
    for (const bundle of bundles) {
      const times: number[] = [];
      for (let run = 0; run < runs; run += 1) times.push(await importMs(bundle));
      medians.push(percentile(times, 0.5));
    }
    report({ name: 'lambda.import.max_ms', value: Math.round(Math.max(...medians)), unit: 'ms' });
  },
};

type Bundle = { readonly file: string; readonly variables: Readonly<Record<string, string>> };

/** Functions of ours have names; the CDK's own are not Node.js or not named. Values that only a deployment knows are made up. */
const Ours = functionProperties
  .pick({ Handler: true })
  .extend({
    FunctionName: z.string(),
    Code: z.object({ S3Key: z.string() }),
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  })
  .loose();

function readBundles(): readonly Bundle[] {
  const { template, assetPath } = readAssembly(assemblyDir);
  return Object.values(template.Resources).flatMap(({ Type, Properties }) => {
    const parsed = Ours.safeParse(Properties);
    if (Type !== 'AWS::Lambda::Function' || !parsed.success) return [];
    const { Code, Environment, Handler } = parsed.data;
    const { handlerFile: file } = findHandler(assetPath(path.basename(Code.S3Key)) ?? '', Handler);
    const variables = Object.entries(Environment.Variables).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : 'made-up',
    ]);
    return [{ file, variables: Object.fromEntries(variables) as Record<string, string> }];
  });
}

async function importMs({ file, variables }: Bundle): Promise<number> {
  const script = `const from = performance.now();
    await import(${JSON.stringify(pathToFileURL(file).href)});
    process.stdout.write(String(performance.now() - from), () => process.exit(0));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'made-up',
      AWS_SECRET_ACCESS_KEY: 'made-up',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...variables,
    },
  });
  return Number(stdout);
}
