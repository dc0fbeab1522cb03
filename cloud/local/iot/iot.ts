import path from 'node:path';
import { account, type ServiceContext } from '../account.ts';
import type { ResourceProvider } from '../cloudformation/provider.ts';
import type { Service } from '../gateway/service.ts';
import type { Iam } from '../iam/iam.ts';
import type { FunctionInvoker } from '../lambda/invoker.ts';
import type { PublicHosts } from '../public-hosts.ts';
import { makeAdmissions } from './admission.ts';
import { makeAuthorizer } from './authorizer.ts';
import { makeBroker } from './broker.ts';
import { type ClaimFiles, claimFiles, ensureClaim } from './claim.ts';
import { makeControlPlane } from './control-plane.ts';
import { makeDataPlane } from './data-plane.ts';
import { type Authority, openAuthority } from './pki.ts';
import { hookLimitMs } from './pre-provisioning-hook.ts';
import { makeProvisioning } from './provisioning.ts';
import { type CertificateStatus, openRegistry, type Registry } from './registry.ts';
import { makeIotResources } from './resources.ts';
import { makeRuleEngine, type RuleEngine } from './rules/rule-engine.ts';

/** What a door's configuration needs: the broker's address and three files. */
export type IotEndpoint = {
  readonly host: string;
  readonly port: number;
  readonly caFile: string;
  readonly claimCertFile: string;
  readonly claimKeyFile: string;
};

/** The IoT part of the local cloud. Deploy the stack, then start. */
export interface LocalIot {
  readonly services: readonly Service[];
  readonly providers: readonly ResourceProvider[];
  /** Listens, and issues the claim if the stack has exactly one policy with `claim` in its name. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Throws before `start`. */
  readonly endpoint: IotEndpoint;
  /** Writes (or keeps) the claim certificate and attaches the named policy. */
  issueClaim(policyName: string): Promise<ClaimFiles>;
  /** Sets a certificate's status; one that is no longer ACTIVE loses its sessions at once. False when unknown. */
  setCertificateStatus(id: string, status: CertificateStatus): boolean;
  readonly registry: Pick<Registry, 'certificate' | 'certificates' | 'thing' | 'things'>;
  readonly ruleCounts: RuleEngine['counts'];
}

export type IotNeeds = ServiceContext & {
  readonly invoker: FunctionInvoker;
  readonly hosts: PublicHosts;
  readonly iam: Pick<Iam, 'mayAssume' | 'decideAs'>;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Milliseconds that the pre-provisioning hook may take; default AWS's five seconds. */
  readonly hookLimitMs?: number;
};

const host = '127.0.0.1';

/** Wires registry, policies, rules, provisioning and broker. State lives in `stateDir` and outlives restarts. */
export const makeIot = (needs: IotNeeds): LocalIot => {
  const { stateDir, now, log, invoker, hosts, iam } = needs;
  const registry = openRegistry({ file: path.join(stateDir, 'registry.json'), now });
  const authorizer = makeAuthorizer({ registry });
  let opened: Promise<Authority> | undefined;
  const authority = (): Promise<Authority> => {
    opened ??= openAuthority({ folder: stateDir, now });
    return opened;
  };
  const rules = makeRuleEngine({ invoker, now, log });
  const provisioning = makeProvisioning({
    registry,
    authorizer,
    authority,
    invoker,
    iam,
    hookLimitMs: needs.hookLimitMs ?? hookLimitMs,
    log,
  });
  const admissions = makeAdmissions({ authorizer, answers: provisioning.answers });
  const broker = makeBroker({ admissions, registry, rules, requests: provisioning, log });

  const claimFolder = path.join(stateDir, 'claim');
  const claim = claimFiles(claimFolder);
  let port: number | undefined;
  const endpoint = (): IotEndpoint => {
    if (port === undefined) throw new Error('The IoT broker has no endpoint before it is started.');
    return {
      host,
      port,
      caFile: path.join(stateDir, 'ca.pem'),
      claimCertFile: claim.certFile,
      claimKeyFile: claim.keyFile,
    };
  };
  const address = (): string => `${host}:${endpoint().port}`;

  const issueClaim = async (policyName: string): Promise<ClaimFiles> => {
    if (!authorizer.hasPolicy(policyName)) {
      throw new Error(`The stack has no IoT policy ${policyName} for the claim certificate.`);
    }
    return ensureClaim({ authority: await authority(), registry }, claimFolder, policyName);
  };

  return {
    services: [makeDataPlane({ publish: broker.publish }), makeControlPlane({ endpoint: address })],
    providers: makeIotResources({ rules, authorizer, provisioning, iam }),

    async start() {
      const [claimPolicy, ...others] = authorizer.policyNames().filter((name) => /claim/i.test(name));
      if (claimPolicy !== undefined && others.length === 0) await issueClaim(claimPolicy);
      else log.warn('iot.claim.not_issued', { reason: 'not exactly one policy with claim in its name' });
      port = await broker.start(await authority(), needs.port ?? 0);
      hosts.register(`data-ats.iot.${account.region}.amazonaws.com`, `https://${address()}`);
      log.info('iot.started', { host, port });
    },
    stop: broker.stop,
    get endpoint() {
      return endpoint();
    },
    issueClaim,
    setCertificateStatus(id, status) {
      const known = registry.setStatus(id, status);
      if (known && status !== 'ACTIVE') broker.dropSessions(id);
      return known;
    },
    registry,
    ruleCounts: rules.counts,
  };
};
