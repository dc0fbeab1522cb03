import { type Html, html } from '../../html.ts';
import type { FunctionSnapshot } from '../../lambda/lambda.ts';
import { isMetricLine } from '../metrics.ts';
import { empty, instant, join, type Section, shortened, table, worrying } from './markup.ts';

/** The page shows fewer than the state holds: it is fetched every few seconds. */
const maxRuns = 40;

type Run = FunctionSnapshot['invocations'][number] & { readonly name: string };

/** A line of ours is JSON: its event first, then what is particular to it. Others stay as they are. */
const logLine = (line: string): Html => {
  const fields = parseObject(line);
  if (fields === undefined || typeof fields.event !== 'string') return html`<li>${shortened(line)}</li>`;
  const { event, level, time: _, function: __, ...rest } = fields;
  const words = Object.entries(rest).map(([name, value]) => `${name}=${show(value)}`);
  const isBad = typeof level === 'number' && level >= 40;
  return html`<li><b${isBad && html` class="bad"`}>${event}</b> ${shortened(words.join(' '))}</li>`;
};

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const parseObject = (line: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

const runOf = (run: Run): Html => {
  const { name, requestId, startedAtMs, durationMs, outcome, errorType, maxMemoryMb } = run;
  const lines = run.lines.filter((line) => !isMetricLine(line));
  const metrics = run.lines.length - lines.length;
  return html`<details class="run" id="run-${requestId}-${startedAtMs}"><summary>
<span class="when">${instant(startedAtMs, 'time')}</span>
<span class="name">${name}</span>
<span class="tag ${outcome === 'succeeded' ? 'good' : 'bad'}">${errorType ?? outcome}</span>
<span class="took">${Math.round(durationMs)} ms${maxMemoryMb !== undefined && html`<span class="memory"> · ${Math.round(maxMemoryMb)} MB</span>`}</span>
</summary>
<p class="hint">Request ${requestId}${metrics > 0 && ` · ${metrics} metric lines, below`}</p>
${lines.length === 0 ? empty('It wrote nothing to its log.') : html`<ol class="log">${join(lines.map(logLine))}</ol>`}
</details>`;
};

/** Each function, and the newest runs of all with what they wrote. */
export const functionsSection: Section = {
  id: 'functions',
  title: 'Functions',
  render: ({ functions }) => {
    const runs = functions
      .flatMap(({ name, invocations }) => invocations.map((invocation) => ({ ...invocation, name })))
      .toSorted((a, b) => b.startedAtMs - a.startedAtMs);
    return html`${table(
      ['Function', 'Runs', 'Failed', 'Events done', 'Retried', 'Given up', 'Waiting'],
      functions.map(({ name, invocations, asynchronous: events }) => [
        name,
        invocations.length,
        worrying(invocations.filter(({ outcome }) => outcome === 'failed').length),
        events.succeeded,
        events.retried + events.throttled,
        worrying(events.discarded),
        events.pending,
      ]),
    )}
<h3>Newest runs</h3>
${runs.length === 0 ? empty('No function has run yet.') : html`<div class="runs">${join(runs.slice(0, maxRuns).map(runOf))}</div>`}`;
  },
};
