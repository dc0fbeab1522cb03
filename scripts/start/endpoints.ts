import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** Where everything listens, for people and programs that use a running `npm start`. */
export const Endpoints = z.object({
  dashboard: z.url(),
  api: z.url(),
  aws: z.url(),
  region: z.string(),
  iot: z.object({
    host: z.string(),
    port: z.int(),
    caFile: z.string(),
    claimCertFile: z.string(),
    claimKeyFile: z.string(),
  }),
  users: z.array(z.object({ username: z.string(), password: z.string(), groups: z.array(z.string()) })),
});
export type Endpoints = z.infer<typeof Endpoints>;

const fileIn = (stateDir: string): string => path.join(stateDir, 'endpoints.json');

export function writeEndpoints(stateDir: string, endpoints: Endpoints): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  writeFileSync(`${fileIn(stateDir)}.tmp`, JSON.stringify(endpoints, null, 2), { mode: 0o600 });
  renameSync(`${fileIn(stateDir)}.tmp`, fileIn(stateDir));
}

/** A stopped start has no endpoints: nobody shall look for it there. */
export const removeEndpoints = (stateDir: string): void => rmSync(fileIn(stateDir), { force: true });

/** Throws a plain Error when nothing runs in this state folder. */
export function readEndpoints(stateDir: string): Endpoints {
  try {
    return Endpoints.parse(JSON.parse(readFileSync(fileIn(stateDir), 'utf8')));
  } catch (cause) {
    throw new Error(
      `no running Rollcall found in ${stateDir}: type npm start first, or name its folder with --state`,
      {
        cause,
      },
    );
  }
}
