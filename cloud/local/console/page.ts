import { type Html, html } from '../html.ts';
import { consolePath } from './paths.ts';
import { deniedSection } from './sections/denied.ts';
import { faultsSection } from './sections/faults.ts';
import { functionsSection } from './sections/functions.ts';
import { clientsSection, rulesSection } from './sections/iot.ts';
import { join, type Section } from './sections/markup.ts';
import { notificationsSection, queuesSection } from './sections/messages.ts';
import { metricsSection } from './sections/metrics.ts';
import { overview } from './sections/overview.ts';
import { resourcesSection } from './sections/resources.ts';
import type { ConsoleState } from './state.ts';

const sections: readonly Section[] = [
  overview,
  faultsSection,
  functionsSection,
  rulesSection,
  clientsSection,
  queuesSection,
  notificationsSection,
  deniedSection,
  metricsSection,
  resourcesSection,
];

/** The inside of each section by its id, for the page's script. */
export const renderSections = (state: ConsoleState): Readonly<Record<string, string>> =>
  Object.fromEntries(sections.map(({ id, render }) => [id, render(state).text]));

const shell = (state: ConsoleState, { id, title, render }: Section): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><div data-section="${id}">${render(state)}</div></section>
`;

/** The whole page as of now; its script keeps it so. */
export const renderPage = (state: ConsoleState): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Local cloud – ${state.stack}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${consolePath}/page.css">
<script type="module" src="${consolePath}/page-script.mjs"></script>
</head>
<body>
<header>
<h1>Local cloud <span>${state.stack} · ${state.region}</span></h1>
<p id="live" role="status">As of loading</p>
<nav aria-label="Sections">${join(
    sections.slice(1).map(({ id, title }) => html`<a href="#${id}">${title}</a>`),
  )}</nav>
</header>
<main>
<p id="complaint" role="alert" hidden></p>
<noscript><p class="empty">Without scripts this page stays as it was loaded: reload it to see more.</p></noscript>
${join(sections.map((section) => shell(state, section)))}</main>
<footer>This machine plays AWS from the template of <code>npm run synth</code>. All of this as JSON: <a href="${consolePath}/state">${consolePath}/state</a></footer>
</body>
</html>
`.text;
