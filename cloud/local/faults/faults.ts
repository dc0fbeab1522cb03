import type { LocalLog } from '../account.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import type { Schedule } from '../schedule.ts';
import { failedError, throttledError } from './aws-errors.ts';
import { type FaultPlace, type FaultRequest, FaultRule } from './fault-rule.ts';
import { makePauses } from './pauses.ts';
import { putInForce, type RuleInForce } from './rule-in-force.ts';

/** A rule that was added, and how often it struck. */
export type Fault = {
  readonly id: string;
  readonly rule: FaultRule;
  readonly struck: number;
  /** Its `times` are used up or its `until` has passed. */
  readonly over: boolean;
};

/** The faults that the local cloud plays. None outlives a restart. */
export interface Faults {
  /** Rejects with a ZodError for a rule that is not valid, a FaultUnknown for one that names no operation, and a FaultConflict for one that cannot be added now. */
  add(request: FaultRequest): Promise<Fault>;
  /** Oldest first, those that are over included. */
  list(): readonly Fault[];
  find(id: string): Fault | undefined;
  /** False when there is no such fault. What it holds back stays held; an outage ends. */
  remove(id: string): Promise<boolean>;
  clear(): Promise<void>;
}

/** How the parts of the local cloud ask whether a fault strikes them. */
export interface Disturbance {
  /** Performs a call: not at all, late, twice, or with an answer that gets lost. Rejects with AWS's own error. */
  disturb<T>(place: FaultPlace, perform: () => Promise<T>): Promise<T>;
  /** When an event is to be handed on: one delay in milliseconds for each copy. */
  deliveries(place: FaultPlace): readonly number[];
  /** Waits, though not beyond the stop. */
  pause(ms: number): Promise<void>;
  /** Ends every wait, so that nothing holds up the stop of what was disturbed. */
  stop(): void;
}

/** A rule names an operation that nothing here has: it would never strike. */
export class FaultUnknown extends Error {
  override readonly name = 'FaultUnknown';
}

/** A rule is valid, but not now. */
export class FaultConflict extends Error {
  override readonly name = 'FaultConflict';
}

type Entry = { readonly id: string; readonly inForce: RuleInForce };

/** More are a mistake, such as a loop that never removes any. */
const maxFaults = 100;

/** `now` is epoch milliseconds. */
export const makeFaults = ({
  outage,
  schedule,
  now,
  log,
  operationsOf = () => undefined,
}: {
  /** What a rule for a service may name; undefined = anything. */
  readonly operationsOf?: (service: FaultRule['service']) => readonly string[] | undefined;
  /** Takes the MQTT broker away and brings it back. */
  readonly outage: { begin(): Promise<void>; end(): Promise<void> };
  readonly schedule: Schedule;
  readonly now: () => number;
  readonly log: LocalLog;
}): Faults & Disturbance => {
  const entries = new Map<string, Entry>();
  const inTurn = oneAtATime();
  const pauses = makePauses(schedule);
  let lastId = 0;
  let stopped = false;
  /** The fault that took the broker away. */
  let outageBy: string | undefined;

  const shown = ({ id, inForce: { rule, struck, over } }: Entry): Fault => ({ id, rule, struck, over });

  /** The rules of these kinds that strike now; who takes only the first leaves the others unused. */
  function* strikes(place: FaultPlace, ...kinds: readonly FaultRule['kind'][]): Generator<RuleInForce> {
    for (const { id, inForce } of entries.values()) {
      if (!inForce.strikes(place, kinds)) continue;
      log.info('fault.struck', { fault: id, kind: inForce.rule.kind, ...place });
      yield inForce;
    }
  }

  const waitMs = (place: FaultPlace): number =>
    [...strikes(place, 'delay', 'reorder')].reduce((sum, inForce) => sum + inForce.waitMs(), 0);

  const endOutage = async (id: string): Promise<void> => {
    if (outageBy !== id || stopped) return;
    outageBy = undefined;
    await outage.end();
  };

  const beginOutage = async (id: string, until: string | undefined): Promise<void> => {
    if (outageBy !== undefined) throw new FaultConflict('the broker is out already: remove that fault first');
    await outage.begin();
    outageBy = id;
    if (until === undefined) return;
    schedule(Date.parse(until) - now(), () => {
      inTurn(() => endOutage(id)).catch((error: unknown) =>
        log.warn('fault.outage_not_ended', { fault: id, error: String(error) }),
      );
    });
  };

  const remove = async (id: string): Promise<boolean> => {
    await endOutage(id);
    return entries.delete(id);
  };

  return {
    add: (request) =>
      inTurn(async () => {
        const rule = FaultRule.parse(request);
        refuseUnknown(rule, operationsOf(rule.service));
        if (rule.until !== undefined && Date.parse(rule.until) <= now())
          throw new FaultConflict(`until ${rule.until} has passed already`);
        if (entries.size >= maxFaults)
          throw new FaultConflict(`there are ${maxFaults} faults: remove some first`);
        lastId += 1;
        const id = String(lastId);
        if (rule.kind === 'outage') await beginOutage(id, rule.until);
        const entry = { id, inForce: putInForce(rule, now) };
        entries.set(id, entry);
        log.info('fault.added', { fault: id, kind: rule.kind, service: rule.service });
        return shown(entry);
      }),
    list: () => [...entries.values()].map(shown),
    find: (id) => {
      const entry = entries.get(id);
      return entry === undefined ? undefined : shown(entry);
    },
    remove: (id) => inTurn(() => remove(id)),
    clear: () =>
      inTurn(async () => {
        for (const id of [...entries.keys()]) await remove(id);
      }),

    async disturb(place, perform) {
      const [refusal] = strikes(place, 'throttle', 'fail');
      if (refusal !== undefined)
        throw refusal.rule.kind === 'fail' ? failedError(place, refusal.rule.status) : throttledError(place);
      await pauses.pause(waitMs(place));
      for (const _ of strikes(place, 'duplicate')) await perform();
      const answer = await perform();
      const [lost] = strikes(place, 'lose_answer');
      if (lost !== undefined) throw failedError(place, 500);
      return answer;
    },
    deliveries(place) {
      const copies = 1 + [...strikes(place, 'duplicate')].length;
      return Array.from({ length: copies }, () => waitMs(place));
    },
    pause: pauses.pause,
    stop() {
      stopped = true;
      pauses.stop();
    },
  };
};

const refuseUnknown = (rule: FaultRule, known: readonly string[] | undefined): void => {
  if (rule.kind === 'outage' || rule.operation === '*' || known === undefined) return;
  if (known.includes(rule.operation)) return;
  const names = [...new Set(known), '*'].join(', ');
  throw new FaultUnknown(`${rule.service} has no operation ${rule.operation}. It has: ${names}.`);
};
