/** The look of the hosted pages: one column, readable from 320 px, light and dark, no script, no outside file. */
export const pagesStyle = `
:root { color-scheme: light dark;
  --ground: light-dark(#eef1f4, #11161c); --card: light-dark(#ffffff, #1a2129); --line: light-dark(#7b8794, #77838f);
  --hair: light-dark(#dde3e9, #2b343e); --text: light-dark(#17202a, #e9eef3); --soft: light-dark(#4c5a67, #a9b5c1);
  --act: light-dark(#0b5cab, #7dbcff); --act-hover: light-dark(#094a8a, #a5d1ff); --on-act: light-dark(#ffffff, #07182a);
  --bad: light-dark(#a4161a, #ffb3b0); --bad-ground: light-dark(#fdecec, #3a1b1d);
  --note: light-dark(#113f6b, #bfdcfb); --note-ground: light-dark(#e8f1fb, #16293d); }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; justify-content: center;
  gap: 1rem; padding: 1.5rem 1rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { width: 100%; max-width: 25rem; padding: 2rem 1.75rem; background: var(--card);
  border: 1px solid var(--hair); border-radius: .75rem; }
.brand { margin: 0 0 1.25rem; font-weight: 600; color: var(--soft); }
h1 { margin: 0 0 1.25rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
form { display: grid; gap: 1rem; }
label { display: block; margin-bottom: .25rem; font-weight: 600; }
.hint { margin: 0 0 .375rem; font-size: .875rem; color: var(--soft); }
input { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--line); border-radius: .375rem; }
input[aria-invalid="true"] { border-color: var(--bad); border-width: 2px; }
button { width: 100%; min-height: 2.75rem; margin-top: .25rem; padding: .5rem 1rem; font: inherit; font-weight: 600;
  color: var(--on-act); background: var(--act); border: 1px solid transparent; border-radius: .375rem; cursor: pointer; }
button:hover { background: var(--act-hover); }
button.plain { margin: 0; color: var(--act); background: transparent; border-color: var(--line); }
a { color: var(--act); text-underline-offset: .15em; }
a:hover { color: var(--act-hover); }
:is(a, button, input):focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
.alert, .note { padding: .75rem 1rem; border-radius: .375rem; border-left: 4px solid; }
.alert { color: var(--bad); background: var(--bad-ground); }
.note { color: var(--note); background: var(--note-ground); }
.after { margin: 1.25rem 0 0; padding-top: 1.25rem; border-top: 1px solid var(--hair); }
.after a { padding: .4rem 0; }
.code { font: 600 1.25rem/1.5 ui-monospace, Menlo, Consolas, monospace; letter-spacing: .15em; }
footer { max-width: 25rem; font-size: .875rem; color: var(--soft); text-align: center; text-wrap: balance; }
form + form { margin-top: .75rem; }
`;
