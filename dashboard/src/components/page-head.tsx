import type { ComponentChildren } from 'preact';

/** A page's heading, which gets the focus after a navigation, and one line about what is shown. */
export const PageHead = ({
  title,
  line,
  children,
}: {
  readonly title: string;
  readonly line: string;
  readonly children?: ComponentChildren;
}) => (
  <div class="page-head">
    <div>
      <h1 tabIndex={-1}>{title}</h1>
      <p class="faint">{line}</p>
    </div>
    {children}
  </div>
);
