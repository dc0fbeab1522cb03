import { html } from '../../html.ts';
import type { DeployedResource } from '../resources.ts';
import { join, type Section, table } from './markup.ts';

const meaning: Readonly<Record<DeployedResource['played'], string>> = {
  emulated: 'behind the service’s own protocol',
  native: 'done by the local cloud itself',
  inert: 'accepted without effect',
};

const serviceOf = ({ type }: DeployedResource): string => type.split('::').slice(0, 2).join('::');

/** Everything that the template made, service by service. */
export const resourcesSection: Section = {
  id: 'resources',
  title: 'Resources of the template',
  render: ({ resources }) => {
    const services = [...new Set(resources.map(serviceOf))];
    const legend = Object.entries(meaning).map(
      ([played, words]) => html`<span class="tag ${played}">${played}</span> ${words}. `,
    );
    return html`<p class="hint legend">${join(legend)}</p>${join(
      services.map((service) => {
        const members = resources.filter((resource) => serviceOf(resource) === service);
        return html`<details id="service-${service}"><summary><span class="name">${service}</span> <span class="took">${members.length}</span></summary>
${table(
  ['Type', 'Name', 'Logical id', 'Played'],
  members.map(({ type, physicalId, logicalId, played }) => [
    type.slice(service.length + 2),
    html`<code>${physicalId}</code>`,
    html`<code>${logicalId}</code>`,
    html`<span class="tag ${played}">${played}</span>`,
  ]),
)}</details>`;
      }),
    )}`;
  },
};
