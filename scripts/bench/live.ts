import { readdirSync, readFileSync } from 'node:fs';
import { type SightingItem, SightingPage } from '#contract/api.ts';
import { type RunningProduct, runProduct, until } from '../running-product.ts';
import { type Figure, type Measurement, percentile } from './figures.ts';

const arrivals = 20;
const pollMs = 50;

/**
 * One run of the whole product as a newcomer starts it. `e2e.latency` is the time from the instant of the chosen frame
 * at the door until the arrival can be read through the API, polled every 50 ms.
 */
export const live: Measurement = {
  figures: [
    'start.ready_s',
    'start.first_punch_s',
    'e2e.latency.p50_ms',
    'e2e.latency.p95_ms',
    'agent.rss_mb',
  ],
  async measure(report: (figure: Figure) => void): Promise<void> {
    const product = await runProduct();
    try {
      report({ name: 'start.ready_s', value: round(product.readySeconds), unit: 's' });
      const latencies = await watchArrivals(product, (seconds) =>
        report({ name: 'start.first_punch_s', value: round(seconds), unit: 's' }),
      );
      report({ name: 'e2e.latency.p50_ms', value: Math.round(percentile(latencies, 0.5)), unit: 'ms' });
      report({ name: 'e2e.latency.p95_ms', value: Math.round(percentile(latencies, 0.95)), unit: 'ms' });
      report({ name: 'agent.rss_mb', value: Math.round(agentRssMegabytes(product.pid)), unit: 'MB' });
    } finally {
      await product.stop();
    }
  },
};

async function watchArrivals(
  product: RunningProduct,
  onFirstPunch: (seconds: number) => void,
): Promise<number[]> {
  const api = await product.as('hr');
  const seen = new Set<string>();
  const latencies: number[] = [];
  let punched = false;
  await until(
    `${arrivals} arrivals`,
    async () => {
      const page = SightingPage.parse(await api('GET', '/sightings'));
      const visibleAt = Date.now();
      for (const item of page.items.filter((candidate) => !seen.has(idOf(candidate)))) {
        seen.add(idOf(item));
        latencies.push(visibleAt - Date.parse(item.capturedAt));
        if (item.outcome === 'matched' && !punched) {
          punched = true;
          onFirstPunch((visibleAt - product.startedAtMs) / 1000);
        }
      }
      return punched && latencies.length >= arrivals ? true : undefined;
    },
    pollMs,
    300_000,
  );
  return latencies;
}

const idOf = (item: SightingItem): string => `${item.passageId}/${item.attempt}`;

/** Resident memory of the door agent, a child of the product, from /proc. */
function agentRssMegabytes(productPid: number): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const status = readProc(`/proc/${pid}/status`);
    if (
      !status.includes(`\nPPid:\t${productPid}\n`) ||
      !readProc(`/proc/${pid}/cmdline`).includes('device/main.ts')
    )
      continue;
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }
  throw new Error('the door agent is not running');
}

function readProc(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process ended between the listing and the reading
  }
}

const round = (seconds: number): number => Math.round(seconds * 10) / 10;
