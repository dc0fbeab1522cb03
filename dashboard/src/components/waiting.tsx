/** Grey bars in the place of rows that are still on their way. */
export const Waiting = ({ rows }: { readonly rows: number }) => (
  <div class="waiting">
    <span class="unseen">Loading …</span>
    {Array.from({ length: rows }, (_, index) => (
      <div key={index} class="bar" aria-hidden="true" />
    ))}
  </div>
);
