import { type Execution, type ExecutionEnvironment, stoppingError } from './execution-environment.ts';

/** The execution environments of one function. */
export interface FunctionPool {
  /** Runs the event in a free environment, in a new one, or, when all are busy, in the first that becomes free. */
  run(event: unknown, requestId: string): Promise<Execution>;
  /** Kills every environment and resolves when all are gone; events that wait or run are rejected with a ServiceError. */
  stop(): Promise<void>;
}

/**
 * Reuses warm environments and starts at most `maxEnvironments`.
 * Beyond that events wait, where Lambda would start more: a laptop has fewer cores than AWS.
 */
export const makeFunctionPool = (
  start: () => ExecutionEnvironment,
  maxEnvironments: number,
): FunctionPool => {
  const all = new Set<ExecutionEnvironment>();
  const idle: ExecutionEnvironment[] = [];
  const waiting: ((environment: ExecutionEnvironment | undefined) => void)[] = [];
  let stopped = false;

  const begin = (): ExecutionEnvironment => {
    const environment = start();
    all.add(environment);
    return environment;
  };

  const take = async (): Promise<ExecutionEnvironment | undefined> => {
    if (stopped) return undefined;
    for (let free = idle.pop(); free !== undefined; free = idle.pop()) {
      if (free.alive()) return free;
      all.delete(free);
    }
    if (all.size < maxEnvironments) return begin();
    return new Promise((resolve) => waiting.push(resolve));
  };

  const give = (environment: ExecutionEnvironment): void => {
    const next = waiting.shift();
    if (!environment.alive()) {
      all.delete(environment);
      next?.(stopped ? undefined : begin());
    } else if (next === undefined) idle.push(environment);
    else next(environment);
  };

  return {
    async run(event, requestId) {
      const environment = await take();
      if (environment === undefined) throw stoppingError();
      try {
        return await environment.invoke(event, requestId);
      } finally {
        give(environment);
      }
    },
    async stop() {
      stopped = true;
      for (const resolve of waiting.splice(0)) resolve(undefined);
      await Promise.all([...all].map((environment) => environment.stop()));
    },
  };
};
