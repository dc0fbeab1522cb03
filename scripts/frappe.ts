import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { addDays } from '../cloud/domain/local-time.ts';
import { makeApiClient } from './api-client.ts';
import { failPlainly } from './fail-plainly.ts';
import { readCheckIns } from './frappe/check-ins.ts';
import { makeFrappe } from './frappe/frappe-client.ts';
import { postCheckIns } from './frappe/post-check-ins.ts';
import { openPostedFile } from './frappe/posted-file.ts';

const help = `npm run frappe -- --api URL --site ID --frappe URL [--from DATE] [--to DATE] [options]

Posts the comings and goings of a site to Frappe HR as Employee Checkins, as corrected, each once.

  --api URL            Rollcall's API, ending in /api/v1
  --site ID            the site whose days are read
  --frappe URL         such as https://hr.example.org
  --from, --to DATE    attendance dates, both included; the last seven days if not given, at most 62
  --token-file FILE    access token of an HR user; else the environment variable ROLLCALL_TOKEN
  --frappe-token-file FILE
                       API key and secret of a Frappe user, key:secret; else FRAPPE_TOKEN
  --field NAME         field of Employee that holds the person number; attendance_device_id if not given
  --state FILE         what has been posted; .rollcall/frappe-<site>.jsonl if not given
  --dry-run            says how many there are and posts nothing

It may be repeated at any time: the state file knows what was posted, and Frappe refuses what it has. What was corrected after it
was posted is reported, not changed. The Frappe user's language must be English, by which refusals are told apart. Frappe keeps
local times without an offset, so of the hour that comes twice in autumn it cannot say which one is meant.
Exit code: 0 = all is there; 1 = somebody must act on what is reported.
`;

const options = {
  api: { type: 'string' },
  site: { type: 'string' },
  frappe: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  'token-file': { type: 'string' },
  'frappe-token-file': { type: 'string' },
  field: { type: 'string', default: 'attendance_device_id' },
  state: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h' },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const site = required(values.site, '--site');
  const today = new Date().toISOString().slice(0, 10);
  const range = { from: values.from ?? addDays(today, -6), to: values.to ?? today };
  const api = makeApiClient(
    required(values.api, '--api').replace(/\/$/, ''),
    secret(values['token-file'], 'ROLLCALL_TOKEN', '--token-file'),
  );
  const checkIns = await readCheckIns(api, { site, ...range });
  if (values['dry-run']) {
    process.stdout.write(`${checkIns.length} check-ins from ${range.from} to ${range.to}\n`);
    return;
  }
  const { posted, already, problems } = await postCheckIns(checkIns, range, {
    frappe: makeFrappe({
      url: safeAddress(required(values.frappe, '--frappe')),
      token: secret(values['frappe-token-file'], 'FRAPPE_TOKEN', '--frappe-token-file'),
      employeeField: values.field,
      deviceId: site,
    }),
    log: openPostedFile(values.state ?? `.rollcall/frappe-${site}.jsonl`),
  });
  process.stdout.write(`posted ${posted}, already there ${already}\n`);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}

const required = (value: string | undefined, name: string): string => {
  if (value === undefined) throw new Error(`give ${name}; --help tells more`);
  return value;
};

const secret = (file: string | undefined, variable: string, option: string): string => {
  const value = file === undefined ? process.env[variable] : readFileSync(file, 'utf8');
  return required(value?.trim() || undefined, `${option} or ${variable}`);
};

/** The secret goes with every request, so it must not be readable on the way. */
const safeAddress = (url: string): string => {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return url;
  throw new Error(
    `${url} is not https, and the API secret would be readable on the way; give the https address`,
  );
};

main().catch(failPlainly);
