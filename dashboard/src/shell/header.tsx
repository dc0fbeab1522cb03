import type { Me } from '#contract/api.ts';

type Props = {
  readonly me: Me | undefined;
  readonly sites: readonly string[];
  readonly site: string | undefined;
  readonly onSite: (site: string) => void;
  readonly onSignOut: (() => void) | undefined;
};

/** Product, site, and who is signed in. */
export const Header = ({ me, sites, site, onSite, onSignOut }: Props) => (
  <header class="top">
    <a class="skip" href="#main">
      Skip to the content
    </a>
    <span class="brand">
      <img src="/icon.svg" alt="" width="26" height="26" />
      Rollcall
    </span>
    {site === undefined ? null : sites.length === 1 ? (
      <span class="site">
        <span class="unseen">Site: </span>
        {site}
      </span>
    ) : (
      <label class="site">
        <span class="unseen">Site</span>
        <select value={site} onChange={(event) => onSite(event.currentTarget.value)}>
          {sites.map((id) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>
      </label>
    )}
    <span class="gap" />
    {me === undefined ? null : (
      <div class="who">
        <span class="name">{me.person?.name ?? me.username}</span>
        <ul class="groups" aria-label="Your groups">
          {me.groups.map((group) => (
            <li key={group}>{group}</li>
          ))}
        </ul>
      </div>
    )}
    {onSignOut === undefined ? null : (
      <button type="button" class="button quiet" onClick={onSignOut}>
        Sign out
      </button>
    )}
  </header>
);
