import { useEffect, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { ArrivalsPage } from '../arrivals/arrivals-page.tsx';
import { CheckInPage } from '../check-in/check-in-page.tsx';
import { focusHeading } from '../components/focus.ts';
import { CorrectionsPage } from '../corrections/corrections-page.tsx';
import { DayTablePage } from '../days/day-table-page.tsx';
import { KioskPage } from '../kiosk/kiosk-page.tsx';
import { MyDaysPage } from '../my-days/my-days-page.tsx';
import { SummaryPage } from '../summary/summary-page.tsx';
import { useAccount } from './account.ts';
import { NoSuchPage, NothingHere } from './cards.tsx';
import { placeAt } from './pages.ts';

/** The page at the path of the address. After a navigation its heading has the focus, and the tab its title. */
export const CurrentPage = ({ onCheckAgain }: { readonly onCheckAgain: () => void }) => {
  const { me, site } = useAccount();
  const { path } = useLocation();
  const place = placeAt(path, me);
  const title = place.page?.label ?? 'Not found';

  const pathBefore = useRef(path);
  useEffect(() => {
    document.title = `${title} · Rollcall`;
    if (pathBefore.current === path) return;
    pathBefore.current = path;
    focusHeading();
  }, [path, title]);

  switch (place.page?.name) {
    case 'arrivals':
      return <ArrivalsPage key={site} />;
    case 'check-in':
      return <CheckInPage />;
    case 'my-days':
      return <MyDaysPage />;
    case 'days':
      return <DayTablePage key={site} />;
    case 'summary':
      return <SummaryPage key={site} />;
    case 'corrections':
      return <CorrectionsPage key={site} />;
    case 'kiosk':
      return <KioskPage />;
    case undefined:
      return path !== '/' && place.page === undefined && place.why === 'no_such_page' ? (
        <NoSuchPage />
      ) : (
        <NothingHere me={me} onCheckAgain={onCheckAgain} />
      );
  }
};
