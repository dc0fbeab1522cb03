import { DashboardConfig } from '#contract/dashboard-config.ts';

/** Reads `/config.json`, written with the pages when the stack is deployed; throws an Error whose message says who must act. */
export const loadConfig = async (fetchJson: typeof fetch): Promise<DashboardConfig> => {
  const answer = await fetchJson('/config.json', { cache: 'no-cache' });
  if (!answer.ok)
    throw new Error(
      `config.json answered ${answer.status}. Whoever runs Rollcall must deploy the dashboard again.`,
    );
  const parsed = DashboardConfig.safeParse(await answer.json().catch(() => undefined));
  if (!parsed.success)
    throw new Error(
      'config.json is not what this version of the dashboard expects. Whoever runs Rollcall must deploy both together.',
    );
  return parsed.data;
};
