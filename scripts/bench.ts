import { parseArgs } from 'node:util';
import { apiP95 } from './bench/api-p95.ts';
import { apiUnits } from './bench/api-units.ts';
import { dashboard } from './bench/dashboard.ts';
import { matches, selectMeasurements } from './bench/figures.ts';
import { iam } from './bench/iam.ts';
import { ingest } from './bench/ingest.ts';
import { ingestCapacity } from './bench/ingest-capacity.ts';
import { ingestQuota } from './bench/ingest-quota.ts';
import { lambda } from './bench/lambda.ts';
import { live } from './bench/live.ts';
import { liveness } from './bench/liveness.ts';
import { local } from './bench/local.ts';
import { passages } from './bench/passages.ts';
import { rekognitionSearch } from './bench/rekognition-search.ts';
import { visionAgent } from './bench/vision-agent.ts';
import { visionMemory } from './bench/vision-memory.ts';
import { visionRecall } from './bench/vision-recall.ts';
import { visionSpeed } from './bench/vision-speed.ts';
import { failPlainly } from './fail-plainly.ts';

const measurements = [
  live,
  passages,
  visionSpeed,
  visionRecall,
  visionAgent,
  visionMemory,
  liveness,
  iam,
  ingest,
  ingestCapacity,
  ingestQuota,
  lambda,
  local,
  rekognitionSearch,
  apiUnits,
  apiP95,
  dashboard,
];
const help = `npm run bench -- [PREFIX…]

Prints performance figures as JSON lines {"name":…,"value":…,"unit":…}; with prefixes, only figures that start with one.
Figures: ${measurements.flatMap((measurement) => measurement.figures).join(', ')}
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const selected = selectMeasurements(measurements, positionals);
  if (selected.length === 0)
    throw new Error(`no figure starts with ${positionals.join(' or ')}; --help lists them`);
  for (const measurement of selected) {
    await measurement.measure((figure) => {
      if (matches(figure.name, positionals)) process.stdout.write(`${JSON.stringify(figure)}\n`);
    });
  }
}

// A door's MQTT library holds the process for minutes after the last connection has ended.
main().then(() => process.exit(0), failPlainly);
