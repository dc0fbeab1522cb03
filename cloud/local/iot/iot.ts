import path from 'node:path';
import { account, type ServiceContext } from '../account.ts';
import type { ResourceProvider } from '../cloudformation/provider.ts';
import type { Service } from '../gateway/service.ts';
import { type Denials, makeDenials } from '../iam/denials.ts';
import type { Iam } from '../iam/iam.ts';
import type { FunctionInvoker } from '../lambda/invoker.ts';
import type { PublicHosts } from '../public-hosts.ts';
import type { QueueSender } from '../sqs/queue-sender.ts';
import { makeAdmissions } from './admission.ts';
import { makeAuthorizer } from './authorizer.ts';
import { type Broker, makeBroker } from './broker.ts';
import { type ClaimFiles, claimFiles, ensureClaim } from './claim.ts';
import { makeControlPlane } from './control-plane/control-plane.ts';
import { makeDataPlane } from './data-plane/data-plane.ts';
import { makeJobOperations } from './jobs/job-control-plane.ts';
import { makeJobDataPlane } from './jobs/job-data-plane.ts';
import { openJobStore } from './jobs/job-store.ts';
import { makeJobTopics } from './jobs/job-topics.ts';
import { makeJobs } from './jobs/jobs.ts';
import { makeLifecycleEvents } from './lifecycle-events.ts';
import { ownMessage } from './message.ts';
import { type Authority, openAuthority } from './pki.ts';
import { hookLimitMs } from './pre-provisioning-hook.ts';
import { makeProvisioning } from './provisioning.ts';
import { type CertificateStatus, openRegistry, type Registry } from './registry.ts';
import { makeIotResources } from './resources.ts';
import { makeActionRunner } from './rules/actions.ts';
import { type DeliveryFault, makeRuleEngine, type RuleEngine } from './rules/rule-engine.ts';
import { openSessionStore } from './sessions/session-store.ts';
import { openShadowStore } from './shadow/shadow-store.ts';
import { makeShadowTopics } from './shadow/shadow-topics.ts';
import { makeShadows } from './shadow/shadows.ts';

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
  /** Plays an outage: every connection breaks without a word, the port is closed, HTTPS publishes answer 503. */
  outage(): Promise<void>;
  /** Ends an outage: the same port listens again, with all persistent sessions and retained messages. */
  resume(): Promise<void>;
  /** Throws before `start`. */
  readonly endpoint: IotEndpoint;
  /** Writes (or keeps) the claim certificate and attaches the named policy. */
  issueClaim(policyName: string): Promise<ClaimFiles>;
  /** Sets a certificate's status; one that is no longer ACTIVE loses its sessions at once. False when unknown. */
  setCertificateStatus(id: string, status: CertificateStatus): boolean;
  readonly registry: Pick<Registry, 'certificate' | 'certificates' | 'thing' | 'things'>;
  readonly clients: Broker['clients'];
  readonly rules: RuleEngine['rules'];
  readonly ruleCounts: RuleEngine['counts'];
}

export type IotNeeds = ServiceContext & {
  readonly invoker: FunctionInvoker;
  /** For rules' error actions. */
  readonly queues: QueueSender;
  readonly hosts: PublicHosts;
  readonly iam: Pick<Iam, 'mayAssume' | 'decideAs'>;
  /** Default: kept by nobody else. */
  readonly denials?: Pick<Denials, 'record'>;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Milliseconds that the pre-provisioning hook may take; default AWS's five seconds. */
  readonly hookLimitMs?: number;
  /** Disturbs what rules deliver, for tests; asked at every delivery. */
  readonly deliver?: DeliveryFault;
};

const host = '127.0.0.1';

/** Wires registry, policies, rules, the services that devices talk to, and the broker. State lives in `stateDir` and outlives restarts. */
export const makeIot = (needs: IotNeeds): LocalIot => {
  const { stateDir, now, log, invoker, queues, hosts, iam, deliver } = needs;
  const denials = needs.denials ?? makeDenials(log);
  const registry = openRegistry({ file: path.join(stateDir, 'registry.json'), now });
  const authorizer = makeAuthorizer({ registry });
  let opened: Promise<Authority> | undefined;
  const authority = (): Promise<Authority> => {
    opened ??= openAuthority({ folder: stateDir, now });
    return opened;
  };
  const isThing = (name: string): boolean => registry.thing(name) !== undefined;

  const rules = makeRuleEngine({ actions: makeActionRunner({ invoker, queues }), deliver, now, log });
  const provisioning = makeProvisioning({
    registry,
    authorizer,
    authority,
    invoker,
    iam,
    denials,
    hookLimitMs: needs.hookLimitMs ?? hookLimitMs,
    log,
  });
  const shadows = makeShadows({ store: openShadowStore(path.join(stateDir, 'shadows')), isThing, now });
  const jobStore = openJobStore(path.join(stateDir, 'jobs.json'));
  const jobs = makeJobs({
    store: jobStore,
    // While the broker is down there is nobody to tell; a device asks for its jobs when it comes back.
    tell: (topic, body) => broker.publish(ownMessage(topic, body)).catch(() => undefined),
    now,
  });
  const deviceServices = [provisioning, makeShadowTopics({ shadows, now }), makeJobTopics({ jobs, now })];
  const broker = makeBroker({
    admissions: makeAdmissions({
      authorizer,
      answers: (topic) => deviceServices.some((service) => service.answers(topic)),
    }),
    registry,
    rules,
    services: deviceServices,
    sessions: openSessionStore({ folder: stateDir, now }),
    lifecycleOf: makeLifecycleEvents(now),
    now,
    log,
  });

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

  const setStatus = (id: string, status: CertificateStatus): boolean => {
    const known = registry.setStatus(id, status);
    if (known && status !== 'ACTIVE') broker.dropSessions(id);
    return known;
  };

  return {
    services: [
      makeDataPlane({ publish: broker.publish, shadows, now }),
      makeControlPlane({
        registry,
        authorizer,
        provisioning,
        authority,
        setStatus,
        jobOperations: makeJobOperations({ jobs, store: jobStore, isThing }),
        endpoint: address,
        now,
      }),
      makeJobDataPlane({ jobs, isThing }),
    ],
    providers: makeIotResources({ rules, authorizer, provisioning, iam }),

    async start() {
      const [claimPolicy, ...others] = authorizer.policyNames().filter((name) => /claim/i.test(name));
      if (claimPolicy !== undefined && others.length === 0) await issueClaim(claimPolicy);
      else log.warn('iot.claim.not_issued', { reason: 'not exactly one policy with claim in its name' });
      port = await broker.start(await authority(), needs.port ?? 0);
      hosts.register(`data-ats.iot.${account.region}.amazonaws.com`, `https://${address()}`);
      log.info('iot.started', { host, port });
    },
    stop: () => broker.stop(),
    async outage() {
      log.warn('iot.outage', { port });
      await broker.stop({ abrupt: true });
    },
    async resume() {
      await broker.start(await authority(), endpoint().port);
      log.info('iot.resumed', { port });
    },
    get endpoint() {
      return endpoint();
    },
    issueClaim,
    setCertificateStatus: setStatus,
    registry,
    clients: broker.clients,
    rules: rules.rules,
    ruleCounts: rules.counts,
  };
};
