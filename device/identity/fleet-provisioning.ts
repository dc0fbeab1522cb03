import { iotidentity } from 'aws-iot-device-sdk-v2';
import { z } from 'zod';
import { DeviceConfiguration } from '#contract/provisioning.ts';
import { crtErrorCode, type MqttSettings, makeMqttClient, stopMqttClient } from '../mqtt/client.ts';
import { explainConnect, explainCreate, explainRegister } from './explain.ts';
import { IdentityError } from './identity-error.ts';
import { probeTls } from './tls-probe.ts';

const Certificate = z.object({
  certificatePem: z.string().startsWith('-----BEGIN CERTIFICATE-----'),
  certificateOwnershipToken: z.string().min(1),
});
type Certificate = z.infer<typeof Certificate>;

const Registration = z.object({ thingName: z.string().min(1), deviceConfiguration: DeviceConfiguration });
type Registration = z.infer<typeof Registration>;

/** Fleet provisioning by claim, over one connection. Every failure is an IdentityError. */
export interface FleetProvisioning {
  createCertificate(csrPem: string): Promise<Certificate>;
  register(request: {
    readonly templateName: string;
    readonly ownershipToken: string;
    readonly parameters: Readonly<Record<string, string>>;
  }): Promise<Registration>;
  close(): Promise<void>;
}

/** Connects with the claim certificate to AWS IoT's fleet provisioning API ("Device provisioning MQTT API"). */
export const connectFleetProvisioning = async (settings: MqttSettings): Promise<FleetProvisioning> => {
  const client = makeMqttClient(settings);
  try {
    await new Promise<void>((resolve, reject) => {
      client.on('connectionSuccess', () => resolve());
      client.on('connectionFailure', ({ error, connack }) =>
        reject(Object.assign(new Error(crtErrorCode(error)), { reasonCode: connack?.reasonCode })),
      );
      client.start();
    });
  } catch (error) {
    await stopMqttClient(client);
    throw explainConnect(
      { why: (error as Error).message, reasonCode: (error as { reasonCode?: number }).reasonCode },
      await probeTls(settings),
      settings,
    );
  }

  const service = iotidentity.IotIdentityClientv2.newFromMqtt5(client, {
    maxRequestResponseSubscriptions: 4,
    maxStreamingSubscriptions: 2,
    operationTimeoutInSeconds: 30,
  });

  return {
    createCertificate: async (csrPem) => {
      const answer = await service
        .createCertificateFromCsr({ certificateSigningRequest: csrPem })
        .catch((error: unknown) => Promise.reject(explainCreate(serviceFailure(error))));
      return check(Certificate, answer);
    },
    register: async ({ templateName, ownershipToken, parameters }) => {
      const answer = await service
        .registerThing({
          templateName,
          certificateOwnershipToken: ownershipToken,
          parameters: { ...parameters },
        })
        .catch((error: unknown) => Promise.reject(explainRegister(serviceFailure(error))));
      return check(Registration, answer);
    },
    close: async () => {
      service.close();
      await stopMqttClient(client);
    },
  };
};

/** What the service said, without its text: a text may repeat what was sent. */
const ServiceFailure = z.object({
  modeledError: z.object({ statusCode: z.number(), errorCode: z.string() }),
});

const serviceFailure = (error: unknown): { statusCode?: number; errorCode: string } => {
  const known = ServiceFailure.safeParse(error);
  if (known.success) return known.data.modeledError;
  return { errorCode: crtErrorCode((error as { internalError?: unknown } | null)?.internalError ?? error) };
};

const check = <T>(schema: z.ZodType<T>, answer: unknown): T => {
  const checked = schema.safeParse(answer);
  if (checked.success) return checked.data;
  const fields = checked.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new IdentityError(
    'bad_answer',
    false,
    `provisioning answered without a valid ${fields}: the provisioning template of this stage does not fit this version of the door`,
  );
};
