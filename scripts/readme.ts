import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { configurationTable } from '../device/config.ts';
import { root } from './assembly.ts';
import { withConfigurationTable } from './repository/generated.ts';

if (process.argv.includes('--help')) {
  process.stdout.write(
    'npm run readme\n\nWrites the door’s configuration table into README.md from its schema.\n',
  );
} else {
  const file = path.join(root, 'README.md');
  writeFileSync(file, withConfigurationTable(readFileSync(file, 'utf8'), configurationTable()));
}
