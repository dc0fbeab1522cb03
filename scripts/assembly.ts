import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const root = path.resolve(import.meta.dirname, '..');
export const assemblyDir = path.join(root, 'cdk.out');

/** Everything that the template, the function bundles and the dashboard are made from. */
const inputs = [
  'cloud/contract',
  'cloud/domain',
  'cloud/functions',
  'cloud/infra',
  'dashboard',
  'rollcall.config.ts',
  'package-lock.json',
];
const ignored = /(^|\/)(dist|node_modules)(\/|$)|\.test\.tsx?$|\.md$/;

/**
 * Builds the dashboard and writes the cloud assembly `cdk.out`, unless one made from the same sources is there.
 * Throws when a step fails, with that step's own words.
 */
export async function ensureAssembly(
  report: (step: string) => void,
  { force = false, signal }: { readonly force?: boolean; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const stampFile = path.join(assemblyDir, '.inputs');
  const fingerprint = fingerprintOf(inputs);
  const current = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (!force && current === fingerprint) return;
  report('building the dashboard');
  await step(
    'vite',
    ['node_modules/vite/bin/vite.js', 'build', '--config', 'dashboard/vite.config.ts'],
    signal,
  );
  report('writing the template and bundling the functions (cdk synth)');
  await step('synth', ['--import', 'tsx', 'cloud/infra/app.ts'], signal);
  writeFileSync(stampFile, fingerprint);
}

async function step(name: string, args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  try {
    const env = { ...process.env, NODE_ENV: 'production', NODE_NO_WARNINGS: '1' };
    await run(process.execPath, args, { cwd: root, maxBuffer: 64 * 1024 * 1024, env, signal });
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${name} failed:\n${`${stdout}\n${stderr}`.trim().slice(-4000)}`, { cause });
  }
}

function fingerprintOf(relativePaths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of relativePaths.flatMap(filesBelow).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(relativePath: string): string[] {
  const absolute = path.join(root, relativePath);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [relativePath];
  return readdirSync(absolute, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !ignored.test(file));
}
