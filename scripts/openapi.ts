import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './assembly.ts';
import { makeDocument } from './openapi/document.ts';

if (process.argv.includes('--help')) {
  process.stdout.write(
    'npm run openapi\n\nWrites cloud/contract/openapi.json from the route table and the operations of the API.\n',
  );
} else {
  const document = `${JSON.stringify(makeDocument(), null, 2)}\n`;
  writeFileSync(path.join(root, 'cloud/contract/openapi.json'), document);
}
