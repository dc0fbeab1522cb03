import { appendFileSync, writeFileSync } from 'node:fs';

// Stands for the CDK's command line: notes each call, and behaves as its first argument says.
const [behaviour = '', notes = '', command = '', ...args] = process.argv.slice(2);
const option = (name: string): string => args[args.indexOf(name) + 1] ?? '';

appendFileSync(notes, `${command} ${option('--app')}\n`);
if (command === 'deploy' && behaviour === 'waits') {
  process.once('SIGINT', () => {
    appendFileSync(notes, 'deploy interrupted\n');
    process.exit(1);
  });
  setInterval(() => {}, 1000);
} else if (behaviour === `${command} fails`) {
  process.exitCode = 1;
} else if (command === 'deploy') {
  const names = [
    'TableName',
    'ImageBucketName',
    'UserPoolId',
    'CollectionId',
    'DeadQueueUrl',
    'AlertsTopicArn',
  ];
  const stack = `rollcall-${process.env.TEST_STAGE ?? ''}`;
  writeFileSync(
    option('--outputs-file'),
    JSON.stringify({ [stack]: Object.fromEntries(names.map((name) => [name, `the ${name}`])) }),
  );
}
