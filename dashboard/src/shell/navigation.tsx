import { useEffect, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { PageLink } from './pages.ts';
import { withSite } from './site-choice.ts';

/** Links to every page that this person has, in a row that scrolls where it is too narrow; none where there is only one. */
export const Navigation = ({
  links,
  site,
}: {
  readonly links: readonly PageLink[];
  readonly site: string | undefined;
}) => {
  const { path } = useLocation();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const current = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (list.current === null || current === null || current === undefined) return;
    list.current.scrollLeft = current.offsetLeft - (list.current.clientWidth - current.offsetWidth) / 2;
  }, [path]);

  if (links.length < 2) return null;
  return (
    <nav class="pages" aria-label="Pages">
      <ul ref={list}>
        {links.map((link) => (
          <li key={link.name}>
            <a href={withSite(link.path, site)} aria-current={link.path === path ? 'page' : undefined}>
              {link.label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
};
