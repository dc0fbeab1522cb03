import { useEffect, useState } from 'preact/hooks';

/** The time, epoch milliseconds, brought up to date every second for what counts seconds on the page. */
export const useNow = (): number => {
  const [nowMs, setNowMs] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
};
