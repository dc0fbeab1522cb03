import type { Totals } from '#contract/attendance.ts';
import { DayStatus } from '#contract/day.ts';
import { statusLook } from '../attendance/day-words.ts';
import { Choice } from '../components/field.tsx';

/** Which status to show; with how many there are where the site's overview of the day says so. */
export const StatusFilter = ({
  totals,
  chosen,
  onChoose,
}: {
  readonly totals: Totals | undefined;
  readonly chosen: DayStatus | undefined;
  readonly onChoose: (status: DayStatus | undefined) => void;
}) => {
  const offered = DayStatus.options.filter(
    (status) => totals === undefined || status === chosen || (totals.byStatus[status] ?? 0) > 0,
  );
  const count = (number: number | undefined) =>
    number === undefined ? null : <span class="count">{number}</span>;
  return (
    <Choice<DayStatus | 'all'>
      label="Status"
      value={chosen ?? 'all'}
      options={[
        { value: 'all', words: <>All {count(totals?.days)}</> },
        ...offered.map((status) => ({
          value: status,
          words: (
            <>
              {statusLook(status).words}{' '}
              {count(totals === undefined ? undefined : (totals.byStatus[status] ?? 0))}
            </>
          ),
        })),
      ]}
      onChoose={(value) => onChoose(value === 'all' ? undefined : value)}
    />
  );
};
