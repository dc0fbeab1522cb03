import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DoorAllowance } from '#contract/api.ts';
import type { ApiClient } from '../api-client.ts';

export const demoSerial = 'demo-front-door';
export const demoDoorName = 'Front door';

export type DoorSite = {
  readonly iot: {
    readonly host: string;
    readonly port: number;
    readonly caFile: string;
    readonly claimCertFile: string;
    readonly claimKeyFile: string;
  };
  readonly provisioningTemplate: string;
  readonly site: string;
};

/**
 * Puts the demo door on the allow-list as facilities would and writes its configuration file.
 * A door that was configured before keeps its file, with the broker's port of this start. Returns the file's path.
 */
export async function prepareDemoDoor(
  api: ApiClient,
  stateDir: string,
  place: DoorSite,
  camera: object,
): Promise<string> {
  const doorDir = path.join(stateDir, 'door');
  const codeFile = path.join(doorDir, 'code');
  mkdirSync(doorDir, { recursive: true, mode: 0o700 });
  if (!existsSync(codeFile)) {
    const allowance = DoorAllowance.parse(
      await api('POST', '/doors', {
        serial: demoSerial,
        name: demoDoorName,
        site: place.site,
        direction: 'auto',
      }),
    );
    writeFileSync(codeFile, allowance.code, { mode: 0o600 });
  }
  const configFile = path.join(doorDir, 'config.json');
  const config = {
    endpoint: place.iot.host,
    port: place.iot.port,
    caFile: place.iot.caFile,
    claim: {
      certFile: place.iot.claimCertFile,
      keyFile: place.iot.claimKeyFile,
      code: readFileSync(codeFile, 'utf8'),
    },
    serial: demoSerial,
    provisioningTemplate: place.provisioningTemplate,
    stateDir: path.join(doorDir, 'state'),
    camera,
    feedback: 'console-with-names',
    // It is the very clock that the local cloud goes by.
    trustClock: true,
  };
  writeFileSync(configFile, JSON.stringify(config, null, 2), { mode: 0o600 });
  return configFile;
}
