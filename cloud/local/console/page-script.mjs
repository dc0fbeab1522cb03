// Runs in the browser: fetches what has changed, and adds and removes faults. All text in the sections was escaped by the server.

const base = '/_local';
const everyMs = 2000;
const live = document.getElementById('live');
const complaint = document.getElementById('complaint');
const shown = new Map();

/** Writes a section anew; what is open stays open, and what has the focus keeps it. */
const rewrite = (section, text) => {
  const open = [...section.querySelectorAll('details[open]')].map(({ id }) => id);
  const focused = section.contains(document.activeElement)
    ? document.activeElement.closest('[id]')?.id
    : undefined;
  section.innerHTML = text;
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  if (focused === undefined) return;
  const again = document.getElementById(focused);
  (again?.querySelector('summary') ?? again)?.focus();
};

const refresh = async () => {
  try {
    const response = await fetch(`${base}/sections`, { cache: 'no-store' });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    for (const [id, text] of Object.entries(await response.json())) {
      if (shown.get(id) === text) continue;
      shown.set(id, text);
      rewrite(document.querySelector(`[data-section="${id}"]`), text);
    }
    live.textContent = 'Live';
    live.className = 'on';
  } catch {
    live.textContent = 'The local cloud does not answer';
    live.className = 'off';
  }
};

const change = async (path, options) => {
  const response = await fetch(`${base}/faults${path}`, options).catch(() => undefined);
  const refused = response === undefined ? 'The local cloud does not answer.' : await reasonOf(response);
  complaint.hidden = refused === undefined;
  complaint.textContent = refused ?? '';
  await refresh();
};

const reasonOf = async (response) => (response.ok ? undefined : (await response.json()).detail);

document.addEventListener('click', ({ target }) => {
  const button = target.closest('button');
  if (button?.dataset.rule !== undefined) {
    const { rule, seconds } = button.dataset;
    const until = seconds === undefined ? {} : { until: new Date(Date.now() + seconds * 1000).toISOString() };
    const body = JSON.stringify({ ...JSON.parse(rule), ...until });
    void change('', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  } else if (button?.dataset.remove !== undefined) {
    const id = button.dataset.remove;
    void change(id === '' ? '' : `/${id}`, { method: 'DELETE' });
  }
});

const keepRefreshing = async () => {
  if (document.visibilityState === 'visible') await refresh();
  setTimeout(keepRefreshing, everyMs);
};
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void refresh();
});
void keepRefreshing();
