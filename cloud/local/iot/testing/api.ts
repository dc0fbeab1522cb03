import { makeGateway } from '../../gateway/gateway.ts';
import { makeIam } from '../../iam/iam.ts';
import type { LocalIot } from '../iot.ts';

/** What every SDK client of these tests is made with: the local administrator. */
export const clientOptions = (endpoint: string) => ({
  endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
});

/** The IoT APIs behind the real gateway, signatures and all. */
export const startApi = async (iot: LocalIot): Promise<{ url: string; stop(): Promise<void> }> => {
  const log = { info: () => undefined, warn: () => undefined };
  const gateway = makeGateway({ iam: makeIam(), now: Date.now, log });
  for (const service of iot.services) gateway.register(service);
  return { url: await gateway.start(0), stop: gateway.stop };
};
