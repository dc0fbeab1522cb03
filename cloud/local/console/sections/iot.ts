import { html } from '../../html.ts';
import { empty, instant, join, type Section, table, worrying } from './markup.ts';

/** Who is connected to the broker. */
export const clientsSection: Section = {
  id: 'clients',
  title: 'MQTT clients',
  render: ({ clients }) =>
    clients.length === 0
      ? empty('No door is connected.')
      : table(
          ['Thing', 'Since', 'Subscriptions'],
          clients.map(({ clientId, connectedAtMs, filters }) => [
            clientId,
            instant(connectedAtMs, 'time'),
            html`<ul class="filters">${join(filters.map((filter) => html`<li><code>${filter}</code></li>`))}</ul>`,
          ]),
        ),
};

/** What the rules did with the doors' messages. */
export const rulesSection: Section = {
  id: 'rules',
  title: 'IoT rules',
  render: ({ rules }) =>
    rules.length === 0
      ? empty('The template has no rule.')
      : table(
          ['Rule', 'Matched', 'Delivered', 'Failed', 'To error action', 'Lost'],
          rules.map(({ name, matched, delivered, failed, errorActionDelivered, errorActionFailed }) => [
            name,
            matched,
            delivered,
            worrying(failed),
            errorActionDelivered,
            worrying(errorActionFailed),
          ]),
        ),
};
