import { html } from '../../html.ts';
import { empty, type Section, table } from './markup.ts';

/** Calls that a policy did not allow, equal ones together, newest first. */
export const deniedSection: Section = {
  id: 'denied',
  title: 'Denied calls',
  render: ({ denied }) => {
    const counted = new Map<string, { readonly call: (typeof denied)[number]; times: number }>();
    for (const call of denied.toReversed()) {
      const key = JSON.stringify(call);
      const seen = counted.get(key);
      if (seen === undefined) counted.set(key, { call, times: 1 });
      else seen.times += 1;
    }
    if (counted.size === 0) return empty('Every call so far was granted.');
    return table(
      ['Who', 'Action', 'Resource', 'Times'],
      [...counted.values()].map(({ call: { principalArn, action, resource }, times }) => [
        html`<code>${principalArn.slice(principalArn.indexOf('/') + 1)}</code>`,
        html`<b class="bad">${action}</b>`,
        html`<code>${resource}</code>`,
        times,
      ]),
    );
  },
};
