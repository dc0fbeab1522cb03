import fs from 'node:fs';
import { iot as sdkIot, iotidentity, mqtt5 } from 'aws-iot-device-sdk-v2';
import { it } from 'vitest';
import { enrol, makeMqttClients } from './testing/mqtt-clients.ts';
import { deploy } from './testing/test-stack.ts';
const sdk = { iot: sdkIot, iotidentity, mqtt5 };
it('x', async () => {
const clients = makeMqttClients(sdk);
const { iot, invoker } = await deploy();
invoker.onHook = async () => ({ payload: { allowProvisioning: true, parameterOverrides: { Site: 'main' } }});
await iot.start();
const l: number[] = [];
for (let i = 0; i < 12 && !l.some((x) => x > 5000); i++) {
const t0 = Date.now();
await enrol(sdk, clients, iot.endpoint, 'A1'+i);
l.push(Date.now()-t0);
}
fs.appendFileSync('/tmp/iotdbg/tlog', l.join(' ')+'\n');
await clients.closeAll(); await iot.stop();
});
