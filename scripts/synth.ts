import { parseArgs } from 'node:util';
import { deployReminders } from '../cloud/infra/reminders.ts';
import { config } from '../rollcall.config.ts';
import { assemblyDir, ensureAssembly } from './assembly.ts';

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
if (values.help) {
  process.stdout.write(
    'npm run synth\n\nBuilds the dashboard, bundles the functions, writes the CloudFormation template to cdk.out and checks it with cdk-nag.\nNeeds no AWS account and no network.\n',
  );
} else {
  await ensureAssembly((step) => process.stdout.write(`${step} …\n`), { force: true });
  process.stdout.write(`written: ${assemblyDir}\n`);
  for (const reminder of deployReminders(config)) process.stdout.write(`before you deploy: ${reminder}\n`);
}
