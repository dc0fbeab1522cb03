import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Api } from '../api/api.ts';
import { type ArrivalsState, makeArrivalsModel, type View } from './arrivals-model.ts';
import { browserSurroundings, type Refreshing, startRefreshing } from './refresh.ts';

export type Arrivals = ArrivalsState & {
  /** Epoch milliseconds of the next try after a failure. */
  readonly nextTryMs: number | undefined;
  readonly loadOlder: () => void;
  readonly retry: () => void;
};

/** The arrivals of one view, refreshed while the page is seen. */
export const useArrivals = (api: Api, { site, sightings, whoIsIn }: View): Arrivals => {
  const model = useMemo(
    () => makeArrivalsModel({ api, view: { site, sightings, whoIsIn }, now: Date.now }),
    [api, site, sightings, whoIsIn],
  );
  const [state, setState] = useState(model.state());
  const [nextTryMs, setNextTryMs] = useState<number | undefined>(undefined);
  const refreshing = useRef<Refreshing | undefined>(undefined);

  useEffect(() => {
    setState(model.state());
    const unsubscribe = model.subscribe(() => setState(model.state()));
    refreshing.current = startRefreshing(
      () => model.refresh(),
      browserSurroundings(window),
      ({ failures, untilMs }) => setNextTryMs(failures === 0 ? undefined : untilMs),
    );
    return () => {
      refreshing.current?.stop();
      unsubscribe();
    };
  }, [model]);

  return {
    ...state,
    nextTryMs,
    loadOlder: () => void model.loadOlder(),
    retry: () => refreshing.current?.now(),
  };
};
