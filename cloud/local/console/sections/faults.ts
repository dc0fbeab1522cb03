import type { Fault } from '../../faults/faults.ts';
import { type Html, html } from '../../html.ts';
import { presets } from '../presets.ts';
import { empty, join, type Section, table } from './markup.ts';

const details = ({ rule }: Fault): string => {
  const { kind: _, service: __, ...rest } = rule;
  return Object.entries(rest)
    .filter(([name, value]) => name !== 'operation' && !(name === 'seed' && value === 1))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
};

const row = (fault: Fault): readonly (Html | string | number)[] => [
  html`<span class="tag${fault.over ? '' : ' active'}">${fault.rule.kind}</span>`,
  html`<code>${fault.rule.service}</code> ${'operation' in fault.rule && fault.rule.operation}`,
  details(fault) || '–',
  fault.struck,
  fault.over ? 'over' : 'in force',
  html`<button type="button" class="plain" id="remove-${fault.id}" data-remove="${fault.id}" aria-label="Remove fault ${fault.id}, ${fault.rule.kind} of ${fault.rule.service}">Remove</button>`,
];

/** What goes wrong on purpose, with buttons for the common cases. */
export const faultsSection: Section = {
  id: 'faults',
  title: 'Faults',
  render: ({
    faults,
  }) => html`<p class="hint">Played here as AWS would have them. Others: <code>POST /_local/faults</code>.</p>
<div class="presets">${join(
    presets.map(
      ({ label, rule, forSeconds }, at) =>
        html`<button type="button" id="preset-${at}" data-rule="${JSON.stringify(rule)}"${forSeconds !== undefined && html` data-seconds="${forSeconds}"`}>${label}</button>`,
    ),
  )}</div>
${
  faults.length === 0
    ? empty('Nothing goes wrong on purpose.')
    : html`${table(['Kind', 'Where', 'How', 'Struck', 'State', ''], faults.map(row))}
<button type="button" class="plain" id="remove-all" data-remove="">Remove all</button>`
}`,
};
