import path from 'node:path';
import { parseArgs } from 'node:util';
import { signInAtDashboard } from './dashboard-sign-in.ts';
import { failPlainly } from './fail-plainly.ts';
import { readEndpoints } from './start/endpoints.ts';

const help = `npm run -s token -- <user> [--state DIR]

Prints an access token of a local demo user (hr, manager, staff, …), fetched by the real code + PKCE exchange.
Needs a running npm start.
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { state: { type: 'string', default: '.rollcall' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const [username] = positionals;
  const { dashboard, users } = readEndpoints(path.resolve(values.state));
  const user = users.find((candidate) => candidate.username === username);
  if (user === undefined) {
    throw new Error(`name one of the demo users: ${users.map((candidate) => candidate.username).join(', ')}`);
  }
  process.stdout.write(`${await signInAtDashboard(dashboard, user)}\n`);
}

main().catch(failPlainly);
