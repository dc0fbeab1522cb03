import { describe, expect, it } from 'vitest';
import { WorkerThreadError } from '../../../device/vision/worker-thread.ts';
import { type AnalysisThread, makeAnalysis } from './analysis.ts';

const picture = () => ({ width: 80, height: 80, data: new Uint8Array(80 * 80 * 3) });

/** Threads that find nobody until they are broken. */
const makeThreads = () => {
  const threads: { readonly end: () => void; closed: boolean }[] = [];
  const start = async (): Promise<AnalysisThread> => {
    const error = new WorkerThreadError('The Rekognition worker ended by itself with code 1.');
    let isBroken = false;
    let tellBroken: (error: WorkerThreadError) => void = () => undefined;
    const broken = new Promise<WorkerThreadError>((resolve) => {
      tellBroken = resolve;
    });
    const state = {
      closed: false,
      end: () => {
        isBroken = true;
        tellBroken(error);
      },
    };
    threads.push(state);
    return {
      ask: async () => {
        if (isBroken) throw error;
        return { faces: [] };
      },
      broken,
      close: async () => {
        state.closed = true;
      },
    };
  };
  return { threads, start };
};

const makeLog = () => {
  const warnings: unknown[] = [];
  return {
    warnings,
    info() {},
    warn: (event: string, fields?: object) => warnings.push({ event, ...fields }),
  };
};

describe('the thread that looks at pictures', () => {
  it('is started once, and ended with the service', async () => {
    const { threads, start } = makeThreads();
    const analysis = makeAnalysis(start, makeLog());
    await Promise.all([analysis.ready(), analysis.analyse(picture(), 1), analysis.analyse(picture(), 1)]);
    await analysis.close();
    expect(threads.map(({ closed }) => closed)).toEqual([true]);
  });

  it('is replaced for the next picture when it has broken', async () => {
    const { threads, start } = makeThreads();
    const log = makeLog();
    const analysis = makeAnalysis(start, log);
    await analysis.analyse(picture(), 1);
    threads[0]?.end();
    await expect(analysis.analyse(picture(), 1).catch(() => analysis.analyse(picture(), 1))).resolves.toEqual(
      [],
    );
    expect(threads).toHaveLength(2);
  });

  it('is tried again when it did not come up, and the caller is told in the words of AWS', async () => {
    const { threads, start } = makeThreads();
    const log = makeLog();
    const starts = [async () => Promise.reject(new Error('reinstall the packages')), start];
    const analysis = makeAnalysis(async () => (starts.shift() ?? start)(), log);
    await expect(analysis.analyse(picture(), 1)).rejects.toMatchObject({
      code: 'InternalServerError',
      status: 500,
    });
    expect(log.warnings).toEqual([{ event: 'rekognition.failed', reason: 'reinstall the packages' }]);
    await expect(analysis.analyse(picture(), 1)).resolves.toEqual([]);
    expect(threads).toHaveLength(1);
  });
});
