import path from 'node:path';
import sharp from 'sharp';
import { v7 as newPassageId } from 'uuid';
import { makeVerdictBox } from './best-shot/verdicts.ts';
import { makeDoorCamera } from './camera/make-camera.ts';
import { makeZone } from './camera/zone.ts';
import { systemClock as clock, readBootId, readClockState } from './clock.ts';
import type { Config } from './config.ts';
import { announcingOutbox } from './door/announcing-outbox.ts';
import { makeFeedback } from './door/make-feedback.ts';
import { makeHealth } from './health/health.ts';
import { createReport, makeReporting } from './health/report.ts';
import { watchedCamera } from './health/watched-camera.ts';
import type { Identity } from './identity/identity-store.ts';
import { makeLivenessPolicy } from './liveness/liveness-policy.ts';
import type { Log } from './log.ts';
import { makeDoorConnection } from './mqtt/door-connection.ts';
import { makeDelivery } from './outbox/deliver.ts';
import { nodeDisk as disk } from './outbox/disk.ts';
import { openFileOutbox } from './outbox/file-outbox.ts';
import { createCounters, runPipeline } from './pipeline.ts';
import { trackingOf } from './tracker/track.ts';
import { aborted, unlessStopped } from './unless-stopped.ts';
import { makeFaceFinder, type WorkerFaceFinder } from './vision/face-finder.ts';

/** The camera or the face finder broke; a restart of the agent may mend it. */
export class EyesError extends Error {}

/** How long a publish in flight may still be answered when the agent stops. What is not is sent again after the next start. */
const lastAnswerMs = 5_000;

/**
 * The whole door, wired: eyes → outbox → cloud → feedback. Runs until `signal` aborts (`stopped`) or somebody else connects as
 * this door (`taken_over`). Throws an EyesError, or an OutboxError when the outbox's folder cannot be used.
 */
export const runDoor = async (
  {
    config,
    identity,
    caPem,
    log,
  }: { readonly config: Config; readonly identity: Identity; readonly caPem: string; readonly log: Log },
  signal: AbortSignal,
): Promise<'stopped' | 'taken_over'> => {
  // One small picture after the other is encoded here: what libvips keeps to be quick with many would only hold memory.
  sharp.cache(false);
  sharp.concurrency(1);

  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  let takenOver = false;
  let cameraEnded = false;

  const bootId = readBootId();
  const clockState = () => (config.trustClock ? 'synced' : readClockState());

  const feedback = makeFeedback(config.feedback, process.stdout);
  const outbox = await openFileOutbox({
    folder: path.join(config.stateDir, 'outbox'),
    maxBytes: config.outbox.maxMegabytes * 1e6,
    disk,
    clock,
    log,
  });
  const { endpoint, port } = config;
  const verdicts = makeVerdictBox({ isOnline: () => connection.state() === 'online' });
  const connection = makeDoorConnection({
    endpoint,
    port,
    caPem,
    certificatePem: identity.certificatePem,
    privateKeyPem: identity.privateKeyPem,
    clientId: identity.thingName,
    topics: identity.configuration,
    log,
    onVerdict: (verdict) => {
      feedback.show(verdict);
      verdicts.put(verdict);
    },
    onTakenOver: () => {
      takenOver = true;
      stop.abort();
    },
  });
  const delivery = makeDelivery({ outbox, publisher: connection, clock, log, ...config.outbox });

  const source = makeDoorCamera(config.camera, config.masks, { clock, log, random: Math.random });
  const camera = watchedCamera(source, clock);
  const counters = createCounters();
  const health = makeHealth({
    facts: () => ({
      outbox: outbox.stats(),
      delivery: delivery.stats(),
      connection: connection.state(),
      lastFrameAt: camera.lastFrameAt(),
      cameraEnded,
      cameraTrouble: source.trouble(),
    }),
    counters: () => counters,
    clock,
    log,
    everySeconds: config.healthSeconds,
  });

  const reporting = makeReporting({
    reporter: connection,
    createReport: () => createReport({ outbox: outbox.stats(), bootId, clock, clockState: clockState() }),
    clock,
  });

  connection.start();
  const background = Promise.all([delivery.run(until), health.run(until), reporting.run(until)]).finally(() =>
    stop.abort(),
  );
  const settled = background.catch(() => undefined);

  const watch = async (finder: WorkerFaceFinder): Promise<void> => {
    log.event('vision.ready', { detector: config.detector, runtime: finder.runtime });
    log.event('agent.ready', { thing: identity.thingName, site: identity.configuration.site });
    const liveness = await makeLivenessPolicy(config.liveness, log);
    const broken = new AbortController();
    void finder.broken.then((error) => broken.abort(error));
    const how = await runPipeline(
      {
        camera,
        ...(config.zone && { zone: makeZone(config.zone) }),
        finder,
        outbox: announcingOutbox(outbox, feedback),
        log,
        doorTime: { bootId, clockState },
        newPassageId,
        verdicts,
        liveness,
        tracking: trackingOf(config),
        counters,
      },
      AbortSignal.any([until, broken.signal]),
    ).finally(() => liveness.check.close());
    broken.signal.throwIfAborted();
    cameraEnded = how === 'ended';
    // A film that has ended is still to be delivered, and its verdicts to be shown.
    await aborted(until);
  };

  const loading = makeFaceFinder(config, { log });
  let finder: WorkerFaceFinder | undefined;
  try {
    finder = await unlessStopped(loading, until);
    if (finder) await watch(finder);
    // Loading cannot be cut off; whoever waits for the door to stop need not wait for it.
    else loading.then((late) => late.close()).catch(() => undefined);
  } catch (cause) {
    throw new EyesError(`the camera or the face finder broke: ${(cause as Error).message}`, { cause });
  } finally {
    stop.abort();
    await Promise.race([settled, clock.sleep(lastAnswerMs)]);
    await Promise.all([connection.stop(), finder?.close()]);
  }
  await background;
  return takenOver ? 'taken_over' : 'stopped';
};
