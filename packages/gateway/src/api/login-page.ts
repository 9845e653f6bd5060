/**
 * The login page, without script.
 * @param next path to go to afterwards
 * @param problem what was wrong with the last try
 */
export function loginPage(next: string, problem?: string): string {
  const said = problem === undefined ? "" : `<p class="problem" role="alert">${escapeHtml(problem)}</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in · Modelkeep</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { display: grid; place-items: center; min-height: 100vh; margin: 0; background: light-dark(#f4f5f7, #15181d); }
  main { width: min(22rem, 90vw); padding: 2rem; border-radius: .75rem; background: light-dark(#fff, #1f242c);
         box-shadow: 0 1px 3px rgb(0 0 0 / .2); }
  h1 { margin: 0 0 .25rem; font-size: 1.25rem; }
  p { margin: 0 0 1.25rem; color: light-dark(#4a5361, #a9b3c1); }
  .problem { color: light-dark(#a40e26, #ff8b94); }
  label { display: block; font-weight: 600; }
  input { box-sizing: border-box; width: 100%; margin: .35rem 0 1rem; padding: .6rem; font: inherit;
          border: 1px solid light-dark(#8b95a3, #5b6675); border-radius: .4rem; background: transparent; color: inherit; }
  button { width: 100%; padding: .65rem; font: inherit; font-weight: 600; border: 0; border-radius: .4rem;
           background: #1456b8; color: #fff; cursor: pointer; }
  input:focus-visible, button:focus-visible { outline: 3px solid #6aa5ff; outline-offset: 2px; }
</style>
</head>
<body>
<main>
  <h1>Modelkeep</h1>
  <p>Log in with an API key to see this MLflow server.</p>
  ${said}
  <form method="post" action="/modelkeep/login">
    <input type="hidden" name="next" value="${escapeHtml(next)}">
    <label for="key">API key</label>
    <input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
    <button type="submit">Log in</button>
  </form>
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
