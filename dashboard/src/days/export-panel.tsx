import { useState } from 'preact/hooks';
import { failureWords } from '../api/failure-words.ts';
import { useAccount } from '../shell/account.ts';
import { exportName, readExport } from './export.ts';

type Progress =
  | { readonly at: 'rest' }
  | { readonly at: 'reading'; readonly parts: number }
  | { readonly at: 'done'; readonly name: string }
  | { readonly at: 'failed'; readonly words: string };

/** The payroll file of the chosen dates. */
export const ExportPanel = (dates: { readonly site: string; readonly from: string; readonly to: string }) => {
  const { api, onSignedOut } = useAccount();
  const [forExcel, setForExcel] = useState(false);
  const [progress, setProgress] = useState<Progress>({ at: 'rest' });

  const start = async () => {
    setProgress({ at: 'reading', parts: 0 });
    const file = await readExport(api, { ...dates, byteOrderMark: forExcel }, (parts) =>
      setProgress({ at: 'reading', parts }),
    );
    if (file.ok) {
      const name = exportName(dates);
      saveAs(file.value, name);
      setProgress({ at: 'done', name });
    } else if (file.failure.kind === 'signed_out') onSignedOut();
    else setProgress({ at: 'failed', words: failureWords(file.failure) });
  };

  return (
    <section class="panel export" aria-labelledby="export">
      <h2 id="export">For payroll</h2>
      <p class="faint small">Every person and shift of the dates above as CSV, whatever status is chosen.</p>
      <div class="row-of-things">
        <button
          type="button"
          class="button"
          disabled={progress.at === 'reading'}
          onClick={() => void start()}
        >
          Download CSV
        </button>
        <label class="tick">
          <input
            type="checkbox"
            checked={forExcel}
            onChange={(event) => setForExcel(event.currentTarget.checked)}
          />
          For Excel (with byte order mark)
        </label>
        {progress.at === 'failed' ? <p role="alert">{progress.words}</p> : null}
        <p class="small" role="status">
          {progress.at === 'reading' ? `Fetching … ${progress.parts} parts so far` : ''}
          {progress.at === 'done' ? `Saved as ${progress.name}` : ''}
        </p>
      </div>
    </section>
  );
};

const saveAs = (file: Blob, name: string): void => {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of the file by the next turn of its event loop.
  setTimeout(() => URL.revokeObjectURL(url));
};
