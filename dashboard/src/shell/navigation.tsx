import { useLocation } from 'preact-iso/router';
import type { PageLink } from './pages.ts';
import { withSite } from './site-choice.ts';

/** Links to every page that this person has; none where there is only one. */
export const Navigation = ({
  links,
  site,
}: {
  readonly links: readonly PageLink[];
  readonly site: string | undefined;
}) => {
  const { path } = useLocation();
  if (links.length < 2) return null;
  return (
    <nav class="pages" aria-label="Pages">
      <ul>
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
