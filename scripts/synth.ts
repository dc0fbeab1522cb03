import { parseArgs } from 'node:util';
import { assemblyDir, ensureAssembly } from './assembly.ts';

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
if (values.help) {
  process.stdout.write(
    'npm run synth\n\nBuilds the dashboard, bundles the functions and writes the CloudFormation template to cdk.out.\nNeeds no AWS account and no network.\n',
  );
} else {
  await ensureAssembly((step) => process.stdout.write(`${step} …\n`), { force: true });
  process.stdout.write(`written: ${assemblyDir}\n`);
}
