import { z } from 'zod';
import { arn, type LocalLog } from '../account.ts';
import type { Denials } from '../iam/denials.ts';
import type { Iam } from '../iam/iam.ts';
import type { FunctionInvoker } from '../lambda/invoker.ts';
import type { Authorizer, Identity } from './authorizer.ts';
import { type DeviceReply, type DeviceRequest, type DeviceService, jsonReply } from './device-service.ts';
import type { Authority } from './pki.ts';
import { askHook } from './pre-provisioning-hook.ts';
import { grantsFor } from './provisioning-grants.ts';
import type { TemplateBody } from './provisioning-template.ts';
import type { Registry } from './registry.ts';
import { mergeThing } from './thing-merge.ts';

/** A fleet provisioning template. Without a hook every valid claim is accepted. */
type ProvisioningTemplate = {
  readonly name: string;
  readonly enabled: boolean;
  readonly body: TemplateBody;
  readonly hookFunctionArn: string | undefined;
  /** What IoT Core acts as when it makes the thing and activates the certificate. */
  readonly roleArn: string;
};

/** Fleet provisioning by claim over MQTT (AWS IoT developer guide, "Device provisioning MQTT API"). */
export interface Provisioning extends DeviceService {
  defineTemplate(template: ProvisioningTemplate): void;
  /** Whether there is such a template and it is enabled. */
  hasTemplate(name: string): boolean;
}

/** Why a request is rejected, in AWS's words. */
class Rejection extends Error {
  readonly statusCode: number;
  readonly errorCode: string;
  constructor(statusCode: number, errorCode: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.errorCode = errorCode;
  }
}

const csrTopic = '$aws/certificates/create-from-csr/json';
const registerTopic = /^\$aws\/provisioning-templates\/([^/]+)\/provision\/json$/;

const CsrRequest = z.object({ certificateSigningRequest: z.string().min(1) });
const RegisterRequest = z.object({
  certificateOwnershipToken: z.string().min(1),
  parameters: z.record(z.string().max(2048), z.string().max(4096)).default({}),
});

const parse = <S extends z.ZodType>(schema: S, payload: Buffer): z.output<S> => {
  try {
    return schema.parse(JSON.parse(payload.toString('utf8')));
  } catch (error) {
    const fields = error instanceof z.ZodError ? error.issues.map((issue) => issue.path.join('.')) : ['JSON'];
    throw new Rejection(400, 'InvalidParameters', `The request is not valid: ${fields.join(', ')}`);
  }
};

export const templateArn = (name: string): string => arn('iot', `provisioningtemplate/${name}`);

/** Answers provisioning requests. Certificates are activated, and things made, only by RegisterThing. */
export const makeProvisioning = ({
  registry,
  authorizer,
  authority,
  invoker,
  iam,
  denials,
  hookLimitMs,
  log,
}: {
  readonly registry: Registry;
  readonly authorizer: Pick<Authorizer, 'hasPolicy'>;
  readonly authority: () => Promise<Authority>;
  readonly invoker: Pick<FunctionInvoker, 'invoke'>;
  readonly iam: Pick<Iam, 'decideAs'>;
  readonly denials: Pick<Denials, 'record'>;
  readonly hookLimitMs: number;
  readonly log: LocalLog;
}): Provisioning => {
  const templates = new Map<string, ProvisioningTemplate>();
  /** Certificates whose RegisterThing is under way: a token must not count twice while the hook thinks. */
  const underWay = new Set<string>();

  const createCertificate = async (payload: Buffer): Promise<object> => {
    const { certificateSigningRequest } = parse(CsrRequest, payload);
    const signed = await (await authority()).signRequest(certificateSigningRequest);
    if (!signed.ok) {
      throw new Rejection(400, 'InvalidCertificateSigningRequest', `The CSR is refused: ${signed.reason}`);
    }
    const { id, ownershipToken } = registry.addPending(signed.certificatePem);
    return {
      certificateId: id,
      certificatePem: signed.certificatePem,
      certificateOwnershipToken: ownershipToken,
    };
  };

  const registerThing = async (
    template: ProvisioningTemplate,
    certificate: { readonly id: string; readonly pem: string },
    parameters: Readonly<Record<string, string>>,
    identity: Identity,
  ): Promise<object> => {
    const decision =
      template.hookFunctionArn === undefined
        ? ({ allowed: true, overrides: {} } as const)
        : await askHook({ invoker, limitMs: hookLimitMs }, template.hookFunctionArn, {
            claimCertificateId: identity.certificateId,
            certificateId: certificate.id,
            certificatePem: certificate.pem,
            templateArn: templateArn(template.name),
            clientId: identity.clientId,
            parameters,
          });
    if (!decision.allowed) {
      log.warn('iot.provisioning.denied', { template: template.name, reason: decision.reason });
      throw new Rejection(403, 'AccessDenied', 'Provisioning is denied');
    }
    const planned = template.body.plan({ ...parameters, ...decision.overrides }, certificate.id);
    if (!planned.ok) throw new Rejection(400, 'InvalidParameters', planned.reason);
    const { thing, status, policies, deviceConfiguration } = planned.plan;
    const missing = policies.filter((name) => !authorizer.hasPolicy(name));
    if (missing.length > 0) {
      throw new Rejection(404, 'ResourceNotFound', `There is no policy ${missing.join(', ')}`);
    }
    const existing = thing === undefined ? undefined : registry.thing(thing.name);
    for (const question of grantsFor(planned.plan, certificate.id, existing !== undefined)) {
      if (iam.decideAs(template.roleArn, question) === 'allow') continue;
      denials.record({ principalArn: template.roleArn, ...question });
      throw new Rejection(403, 'AccessDenied', 'The provisioning role does not allow it');
    }
    const merged = thing === undefined ? undefined : mergeThing(existing, thing);
    if (merged?.ok === false) throw new Rejection(409, 'ResourceConflict', 'The thing already exists');
    registry.bind(certificate.id, merged?.thing, status, policies);
    log.info('iot.provisioning.registered', { template: template.name, thing: thing?.name });
    return { thingName: thing?.name, deviceConfiguration };
  };

  const redeem = async (name: string, payload: Buffer, identity: Identity): Promise<object> => {
    const { certificateOwnershipToken, parameters } = parse(RegisterRequest, payload);
    const template = templates.get(name);
    if (template?.enabled !== true) {
      throw new Rejection(404, 'ResourceNotFound', 'There is no such enabled template');
    }
    const certificate = registry.pendingBy(certificateOwnershipToken);
    if (certificate === undefined || underWay.has(certificate.id)) {
      throw new Rejection(400, 'InvalidCertificateOwnershipToken', 'The ownership token is not valid');
    }
    underWay.add(certificate.id);
    try {
      return await registerThing(template, certificate, parameters, identity);
    } finally {
      underWay.delete(certificate.id);
    }
  };

  const result = ({ topic, payload, identity }: DeviceRequest): Promise<object> =>
    topic === csrTopic
      ? createCertificate(payload)
      : redeem(registerTopic.exec(topic)?.[1] ?? '', payload, identity);

  return {
    defineTemplate(template) {
      templates.set(template.name, template);
    },
    hasTemplate: (name) => templates.get(name)?.enabled === true,
    answers: (topic) => topic === csrTopic || registerTopic.test(topic),
    // The hook may take five seconds, and nothing is lost with an answer that does not come: the device asks again.
    acknowledgesAfterwards: false,
    async answer(request) {
      // For the asker alone: another device on the same topic must not read its ownership token.
      const reply = (ending: string, body: object): readonly DeviceReply[] => [
        jsonReply('asker', `${request.topic}/${ending}`, body),
      ];
      try {
        return reply('accepted', await result(request));
      } catch (error) {
        if (error instanceof Rejection) {
          const { statusCode, errorCode, message } = error;
          return reply('rejected', { statusCode, errorCode, errorMessage: message });
        }
        log.warn('iot.provisioning.failed', { error: error instanceof Error ? error.name : 'unknown' });
        return reply('rejected', {
          statusCode: 500,
          errorCode: 'InternalFailure',
          errorMessage: 'try again',
        });
      }
    },
  };
};
