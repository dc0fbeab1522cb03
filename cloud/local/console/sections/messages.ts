import { html } from '../../html.ts';
import { empty, instant, join, type Section, shortened, table } from './markup.ts';

/** How full the queues are; never what is in them, for that may be a face. */
export const queuesSection: Section = {
  id: 'queues',
  title: 'Queues',
  render: ({ queues }) =>
    queues.length === 0
      ? empty('The template has no queue.')
      : table(
          ['Queue', 'Visible', 'In flight', 'Delayed'],
          queues.map(({ name, visible, inFlight, delayed }) => [name, visible, inFlight, delayed]),
        ),
};

const maxShown = 20;

/** What AWS would have mailed. */
export const notificationsSection: Section = {
  id: 'notifications',
  title: 'Notifications',
  render: ({ notifications }) =>
    notifications.length === 0
      ? empty('No alert has been published.')
      : html`<ul class="mails">${join(
          notifications
            .toReversed()
            .slice(0, maxShown)
            .map(
              ({ atMs, topicArn, subject, message, recipients }) =>
                html`<li><p><b>${subject ?? 'No subject'}</b></p>
<p class="hint">${instant(atMs, 'full')} · ${topicArn.slice(topicArn.lastIndexOf(':') + 1)} · ${recipients} ${recipients === 1 ? 'recipient' : 'recipients'}</p>
<pre>${shortened(message)}</pre></li>`,
            ),
        )}</ul>`,
};
