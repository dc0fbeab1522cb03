import { parentPort, type Transferable, Worker, workerData } from 'node:worker_threads';

/** A worker thread could not start, could not answer, or ended while it was still needed. */
export class WorkerThreadError extends Error {
  override readonly name = 'WorkerThreadError';
}

/** A thread that answers requests one after the other, in the order they came. */
export interface WorkerThread<Request, Reply> {
  /** Buffers in `transfer` are moved, not copied: the caller must not use them again. Rejects when the thread has ended. */
  ask(request: Request, transfer?: readonly Transferable[]): Promise<Reply>;
  /** Resolves, with why, when the thread has failed, hangs or has ended by itself; never when it was closed. */
  readonly broken: Promise<WorkerThreadError>;
  close(): Promise<void>;
}

/**
 * Megabytes of a worker's heap for objects that live shortly. Node's own choice is 48; a detection leaves so little behind that
 * a sixth of it costs no time.
 */
const youngHeapMegabytes = 8;

/** What `--import` needs to let a worker or a child read TypeScript. */
export const typescriptLoader = new URL('./typescript-loader.mjs', import.meta.url).href;

type ToWorker<Request> = { readonly id: number; readonly request: Request };

type FromWorker<Reply, Ready> =
  | { readonly kind: 'ready'; readonly ready: Ready }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: Reply }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

type Caller<Reply> = { readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void };

/** A thread that is silent for longer is taken to hang. The slowest network on the slowest door takes a tenth of it. */
const defaultAnswerMs = 30_000;

/**
 * Starts the module `file` in a thread and waits until its `serveRequests` is ready; `ready` is what it said then.
 * `name` is for error messages. Throws a WorkerThreadError when it does not come up. Ends a thread that takes longer than
 * `answerMs` for one answer.
 */
export const startWorkerThread = async <Request, Reply, Ready>(
  file: URL,
  name: string,
  data: unknown,
  { answerMs = defaultAnswerMs }: { readonly answerMs?: number } = {},
): Promise<{ readonly thread: WorkerThread<Request, Reply>; readonly ready: Ready }> => {
  const worker = new Worker(file, {
    workerData: data,
    execArgv: ['--import', typescriptLoader],
    resourceLimits: { maxYoungGenerationSizeMb: youngHeapMegabytes },
  });
  const callers = new Map<number, Caller<Reply>>();
  let nextId = 1;
  let end: WorkerThreadError | undefined;
  let answerLimit: NodeJS.Timeout | undefined;
  let tellBroken: (error: WorkerThreadError) => void = () => undefined;
  const broken = new Promise<WorkerThreadError>((resolve) => {
    tellBroken = resolve;
  });

  const stop = (reason: string, cause?: unknown): WorkerThreadError => {
    end ??= new WorkerThreadError(`The ${name} worker ${reason}`, { cause });
    for (const { reject } of callers.values()) reject(end);
    callers.clear();
    expectAnswer();
    return end;
  };
  const fail = (reason: string, cause?: unknown): WorkerThreadError => {
    const wasClosed = end !== undefined;
    const error = stop(reason, cause);
    if (!wasClosed) tellBroken(error);
    return error;
  };
  /** From now on the thread has its time for one answer, if any is due: who waits in line does not use it up. */
  const expectAnswer = (): void => {
    clearTimeout(answerLimit);
    if (callers.size === 0) return;
    answerLimit = setTimeout(() => {
      fail(`did not answer within ${answerMs / 1000} s.`);
      void worker.terminate();
    }, answerMs);
  };

  const thread: WorkerThread<Request, Reply> = {
    ask: (request, transfer = []) =>
      new Promise((resolve, reject) => {
        if (end) return reject(end);
        const id = nextId++;
        callers.set(id, { resolve, reject });
        if (callers.size === 1) expectAnswer();
        worker.postMessage({ id, request } satisfies ToWorker<Request>, transfer);
      }),
    broken,
    close: async () => {
      stop('was closed.');
      await worker.terminate();
    },
  };

  return new Promise((resolve, reject) => {
    worker.on('error', (error) => reject(fail(`failed: ${messageOf(error)}`, error)));
    worker.on('exit', (code) => reject(fail(`ended by itself with code ${code}.`)));
    worker.on('message', (message: FromWorker<Reply, Ready>) => {
      if (message.kind === 'ready') return resolve({ thread, ready: message.ready });
      const caller = callers.get(message.id);
      callers.delete(message.id);
      expectAnswer();
      if (message.kind === 'reply') caller?.resolve(message.reply);
      else caller?.reject(new WorkerThreadError(`The ${name} worker could not answer: ${message.message}`));
    });
  });
};

/**
 * The other side, called once in the worker's module. `start` receives `data` and prepares the answering function
 * together with what to say when ready. A throwing `start` ends the thread with that error.
 */
export const serveRequests = async <Data, Request, Reply, Ready>(
  start: (data: Data) => Promise<{
    ready: Ready;
    answer: (request: Request) => Reply | Promise<Reply>;
    /** Buffers of a reply that are moved to whoever asked, not copied. */
    moved?: (reply: Reply) => readonly Transferable[];
  }>,
): Promise<void> => {
  const port = parentPort;
  if (!port) throw new WorkerThreadError('This module only runs in a worker thread.');
  const post = (message: FromWorker<Reply, Ready>, moved: readonly Transferable[] = []) =>
    port.postMessage(message, moved);
  const { ready, answer, moved = () => [] } = await start(workerData as Data);
  let last: Promise<void> = Promise.resolve();
  port.on('message', ({ id, request }: ToWorker<Request>) => {
    last = last.then(async () => {
      try {
        const reply = await answer(request);
        post({ kind: 'reply', id, reply }, moved(reply));
      } catch (error) {
        post({ kind: 'failed', id, message: messageOf(error) });
      }
    });
  });
  post({ kind: 'ready', ready });
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
