import { startApi } from './api.ts';
import { enrol, type MqttClients } from './mqtt-clients.ts';
import { deploy } from './test-stack.ts';

/** A started local IoT with one enrolled door, `rollcall-test-1`, and its APIs behind a gateway. */
export const startWithDoor = async (
  sdk: Parameters<typeof enrol>[0],
  clients: MqttClients,
  overrides: Parameters<typeof deploy>[0] = {},
) => {
  const deployment = await deploy(overrides);
  const { iot, invoker } = deployment;
  invoker.onHook = async () => ({ payload: { allowProvisioning: true } });
  await iot.start();
  const door = await enrol(sdk, clients, iot.endpoint, '1');
  const { url, stop: stopApi } = await startApi(iot);
  return {
    ...deployment,
    door,
    url,
    stop: async (): Promise<void> => {
      await stopApi();
      await iot.stop();
    },
  };
};
