import { html } from '../../html.ts';
import { empty, type Section, table } from './markup.ts';

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** What CloudWatch would have read from the functions' logs. */
export const metricsSection: Section = {
  id: 'metrics',
  title: 'Metrics',
  render: ({ metrics }) =>
    metrics.length === 0
      ? empty('No run has written a metric yet.')
      : html`<p class="hint">Of the newest 50 runs of each function.</p>
${table(
  ['Metric', 'Dimensions', 'Samples', 'Sum', 'Average', 'Most'],
  metrics.map(({ name, unit, dimensions, samples, sum, max }) => [
    html`${name}${unit !== 'Count' && html` <span class="unit">${unit}</span>`}`,
    html`<code>${dimensions}</code>`,
    samples,
    rounded(sum),
    rounded(sum / samples),
    rounded(max),
  ]),
)}`,
};
