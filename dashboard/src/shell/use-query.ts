import { useLocation } from 'preact-iso/router';

export type Query = {
  readonly get: (name: string) => string | undefined;
  /** Puts values into the address, and takes out those that are undefined; the others stay. */
  readonly set: (values: Readonly<Record<string, string | undefined>>) => void;
};

/** What a page shows, kept in the query of its address: a link or a reload shows the same again. */
export const useQuery = (): Query => {
  const { path, url, route } = useLocation();
  const present = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
  return {
    get: (name) => present.get(name) ?? undefined,
    set(values) {
      const next = new URLSearchParams(present);
      for (const [name, value] of Object.entries(values)) {
        if (value === undefined) next.delete(name);
        else next.set(name, value);
      }
      const search = next.toString();
      route(search === '' ? path : `${path}?${search}`, true);
    },
  };
};
