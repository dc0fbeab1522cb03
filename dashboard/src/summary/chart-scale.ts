/** The top of a scale of hours and its steps: whole hours, at most five lines, with `mostMinutes` below or on the top one. */
export const scaleFor = (
  mostMinutes: number,
): { readonly topMinutes: number; readonly lines: readonly number[] } => {
  const hours = Math.max(1, Math.ceil(mostMinutes / 60));
  const stepHours = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000].find(
    (step) => step * 4 >= hours,
  );
  const step = stepHours ?? Math.ceil(hours / 4);
  const count = Math.ceil(hours / step);
  return {
    topMinutes: count * step * 60,
    lines: Array.from({ length: count + 1 }, (_, n) => n * step * 60),
  };
};
