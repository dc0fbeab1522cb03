import { html } from '../../html.ts';
import { instant, join, type Section } from './markup.ts';

/** The figures that a developer looks at first. */
export const overview: Section = {
  id: 'overview',
  title: 'Overview',
  render: ({ functions, queues, clients, denied, faults, urls, startedAtMs }) => {
    const runs = functions.flatMap(({ invocations }) => invocations);
    const failed = runs.filter(({ outcome }) => outcome === 'failed').length;
    const waiting = queues.reduce(
      (sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed,
      0,
    );
    const tiles = [
      { label: 'newest runs', figure: runs.length, leadsTo: 'functions', bad: false },
      { label: 'of them failed', figure: failed, leadsTo: 'functions', bad: failed > 0 },
      { label: 'messages in queues', figure: waiting, leadsTo: 'queues', bad: false },
      { label: 'MQTT clients', figure: clients.length, leadsTo: 'clients', bad: false },
      { label: 'denied calls', figure: denied.length, leadsTo: 'denied', bad: denied.length > 0 },
      {
        label: 'faults in force',
        figure: faults.filter(({ over }) => !over).length,
        leadsTo: 'faults',
        bad: false,
      },
    ];
    return html`<ul class="tiles">${join(
      tiles.map(
        ({ label, figure, leadsTo, bad }) =>
          html`<li><a href="#${leadsTo}"><b${bad && html` class="bad"`}>${figure}</b> ${label}</a></li>`,
      ),
    )}</ul>
<dl class="facts">
<div><dt>Dashboard</dt><dd><a href="${urls.dashboard}">${urls.dashboard}</a></dd></div>
<div><dt>AWS APIs</dt><dd><code>${urls.aws}</code></dd></div>
<div><dt>MQTT</dt><dd><code>${urls.mqtt}</code></dd></div>
<div><dt>Running since</dt><dd>${instant(startedAtMs, 'full')}</dd></div>
</dl>`;
  },
};
