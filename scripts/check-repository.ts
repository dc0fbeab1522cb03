import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { configurationTable } from '../device/config.ts';
import { root } from './assembly.ts';
import {
  deadLinks,
  longFiles,
  type SourceFile,
  undocumentedScripts,
  unknownScripts,
} from './repository/checks.ts';
import { withConfigurationTable } from './repository/generated.ts';

const help = 'Tests the repository itself: dead links, script names in documents, files over the limit.\n';

const read = (relativePath: string): string => readFileSync(path.join(root, relativePath), 'utf8');

const staleTable = (readme: string): string[] =>
  withConfigurationTable(readme, configurationTable()) === readme
    ? []
    : ['README.md: the configuration table is old: npm run readme'];

function trackedFiles(): SourceFile[] {
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return list
    .split('\n')
    .filter((file) => /\.(tsx?|css|mjs|cjs|md)$/.test(file))
    .map((file) => ({ path: file, text: read(file) }));
}

if (process.argv.includes('--help')) {
  process.stdout.write(help);
} else {
  const files = trackedFiles();
  const scripts = Object.keys(
    (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts,
  );
  const problems = [
    ...longFiles(files),
    ...deadLinks(files, root),
    ...unknownScripts(files, scripts),
    ...undocumentedScripts(read('README.md'), scripts),
    ...staleTable(read('README.md')),
  ];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(`repository: ${files.length} files, ${problems.length} problems\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
