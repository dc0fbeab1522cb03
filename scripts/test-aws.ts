import { parseArgs } from 'node:util';
import { failPlainly } from './fail-plainly.ts';
import { findAccount } from './test-aws/account.ts';
import { makeCdkStack } from './test-aws/cdk-stack.ts';
import { runContractTests } from './test-aws/contract-tests.ts';
import { makeLocalStack } from './test-aws/local-stack.ts';
import { runOnStack } from './test-aws/run-on-stack.ts';

const help = `npm run test:aws [-- --local]

Deploys Rollcall to AWS under a random stage name, runs the contract tests against it, and always destroys it again,
also when they fail and on Ctrl-C. Takes some twenty minutes and costs a few cents.

Needs credentials and a Region as every AWS SDK finds them (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY;
AWS_REGION), that may deploy, and once for the account: npx cdk bootstrap. Use an account for trials: it is the
administrator's rights that the tests run with.

  --local   run the same tests in the same way against a local cloud; needs no account

Exit codes: 0 all passed · 1 a test, the deployment or the removal failed · 2 no credentials or no Region · 130 interrupted
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { local: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  // The SDK's call to upgrade Node is for its maintainers' calendar.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      say('stopping; what was deployed is removed first, please wait …');
      stop.abort();
    });
  if (values.local) return await runOnStack(makeLocalStack(say), runContractTests, stop.signal);
  const account = await findAccount();
  if ('missing' in account) {
    process.stderr.write(
      `npm run test:aws needs an AWS account to deploy to, and ${account.missing}.\n` +
        'Set AWS_PROFILE (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY) and AWS_REGION, then try again;\n' +
        'or run the same tests against a local cloud: npm run test:aws -- --local\n',
    );
    return 2;
  }
  return await runOnStack(makeCdkStack({ region: account.region, say }), runContractTests, stop.signal);
}

main().then((code) => {
  process.exitCode = code;
}, failPlainly);
