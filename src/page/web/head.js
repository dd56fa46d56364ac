/** The head of the page: what was run, by which rules, how it ended, and how to look at it. */
import { THEMES } from "#page/view";

const VERDICTS = { pass: "PASS", fail: "FAIL" };

/** Fills the head and makes its buttons work; `tabs` opens the findings. */
export function mountHead(root, { run, view }, tabs) {
  const part = (id) => root.querySelector(`#${id}`);
  part("scenario").textContent = run.about.scenario;
  const description = run.about.description ?? "";
  part("description").hidden = description === "";
  part("short").textContent = description;
  part("whole").textContent = description;
  part("rules").textContent = rules(run);
  part("rules").title = rules(run);
  verdict(part("verdict"), run, tabs);
  follow(part("follow"), run, view);

  part("motion").addEventListener("click", () => view.choose({ lessMotion: !view.reducedMotion }));
  part("large").addEventListener("click", () => view.choose({ largeType: !view.largeType }));
  part("theme").addEventListener("click", () => nextTheme(view));
  part("full").addEventListener("click", fullScreen);
  document.addEventListener("fullscreenchange", () => {
    part("full").setAttribute("aria-pressed", String(document.fullscreenElement !== null));
  });
  const page = document.documentElement;
  view.follow(() => {
    page.dataset.theme = view.theme;
    page.dataset.large = String(view.largeType);
    page.dataset.still = String(view.reducedMotion);
    part("motion").setAttribute("aria-pressed", String(view.reducedMotion));
    part("large").setAttribute("aria-pressed", String(view.largeType));
    part("theme").textContent = `Theme: ${view.themeChoice}`;
  });
}

/** Folds the description, and says whether it was open. */
export function closeDescription() {
  const description = document.getElementById("description");
  const { open } = description;
  description.open = false;
  return open;
}

/** Goes to the next theme. */
export function nextTheme(view) {
  const next = THEMES[(THEMES.indexOf(view.themeChoice) + 1) % THEMES.length];
  view.choose({ themeChoice: next });
}

/** Fills the screen with the page, or ends that. A browser may refuse; then nothing changes. */
export function fullScreen() {
  const done = document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen();
  done.catch(() => {});
}

/** What each search is called, in the order of the run: the client's name and which of its own. */
export function searchNames(run) {
  const made = new Map();
  return run.searches.map(({ client }) => {
    const number = (made.get(client) ?? 0) + 1;
    made.set(client, number);
    return `${run.name(client)}, search ${number}`;
  });
}

function rules(run) {
  const { ttl, duplicates, reliable, seed, mode } = run.about;
  const flood = reliable ? `${duplicates}, reliable flood` : duplicates;
  return `${run.peers.length} peers · TTL ${ttl} · ${flood} · seed ${seed} · ${mode}`;
}

function verdict(button, run, tabs) {
  button.dataset.verdict = run.verdict ?? "none";
  button.textContent = VERDICTS[run.verdict] ?? "breaks off";
  const many = run.findings.length;
  button.title = many === 0 ? "Every check was kept" : `${many} findings: show them`;
  if (run.verdict === null) button.title = "The trace breaks off: nothing was checked";
  button.addEventListener("click", () => tabs.open("findings"));
}

function follow(select, run, view) {
  select.append(new Option("all searches", "-1"));
  for (const [number, name] of searchNames(run).entries()) {
    select.append(new Option(name, String(number)));
  }
  select.addEventListener("change", () => view.choose({ followed: Number(select.value) }));
  view.follow(() => {
    select.value = String(view.followed);
  });
}
