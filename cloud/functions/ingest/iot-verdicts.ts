import { type IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { verdictsTopic } from '#contract/topics.ts';
import { type Verdict, verdictExpirySeconds } from '#contract/verdict.ts';

/** Publishes a verdict to its door. The broker drops it when the door is not there in time. */
export const makeIotVerdicts =
  (client: IoTDataPlaneClient) =>
  async (thing: string, verdict: Verdict): Promise<void> => {
    await client.send(
      new PublishCommand({
        topic: verdictsTopic(thing),
        qos: 1,
        messageExpiry: verdictExpirySeconds,
        contentType: 'application/json',
        payload: Buffer.from(JSON.stringify(verdict)),
      }),
    );
  };
