import { performance } from 'node:perf_hooks';

/** Tells on stdout what a start is doing, with the seconds since it began. */
export function makeProgress(write: (text: string) => void): (step: string) => void {
  const began = performance.now();
  return (step) => write(`[${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s] ${step}\n`);
}
