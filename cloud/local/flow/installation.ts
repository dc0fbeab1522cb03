import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Person } from '#contract/api.ts';
import { enrolmentCrop, samplePerson } from '../../../device/camera/replay/sample-people.ts';
import type { ApiClient } from '../../../scripts/api-client.ts';
import { assemblyDir } from '../../../scripts/assembly.ts';
import { type DemoInstallation, demoSite, openInstallation } from '../../../scripts/start/demo.ts';
import type { LocalLog } from '../account.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../local-cloud.ts';

/** A whole installation on loopback for one test file, in a folder of its own. */
export type Installation = {
  readonly cloud: LocalCloud;
  readonly stateDir: string;
  readonly subs: DemoInstallation['subs'];
  /** The API as one of the demo users. */
  readonly as: (username: string) => Promise<ApiClient>;
  readonly hr: ApiClient;
  /** What the local cloud has logged so far. */
  readonly logged: readonly { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[];
  stop(): Promise<void>;
};

/** Starts the local cloud from an assembly, with users linked to the site and nobody enrolled; `options` are its clock and how it waits. */
export async function startInstallation(
  assembly: string = assemblyDir,
  options: Pick<LocalCloudOptions, 'now' | 'schedule'> = {},
): Promise<Installation> {
  const stateDir = mkdtempSync(path.join(os.tmpdir(), 'rollcall-flow-'));
  const logged: { event: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const log: LocalLog = {
    info: (event, fields = {}) => void logged.push({ event, fields }),
    warn: (event, fields = {}) => void logged.push({ event, fields }),
  };
  const cloud = await startLocalCloud({ assemblyDir: assembly, stateDir, dashboardPort: 0, log, ...options });
  const { subs, as } = await openInstallation(cloud);
  return {
    cloud,
    stateDir,
    subs,
    as,
    hr: await as('hr'),
    logged,
    stop: async () => {
      await cloud.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** Enrols one of the sample people as an operator does. */
export async function enrol(hr: ApiClient, sampleId: string, name: string): Promise<Person> {
  const person = Person.parse(
    await hr('POST', '/people', {
      name,
      number: `test-${sampleId}`,
      site: demoSite,
      consent: { version: 'test-1', language: 'en' },
    }),
  );
  await hr('POST', `/people/${person.id}/faces`, await enrolmentCrop(samplePerson(sampleId)));
  return person;
}
