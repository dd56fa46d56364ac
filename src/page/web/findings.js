/** What the checks say of the run: each finding leads to the event that shows it. */
/* global d3 */

/** How a check's verdict is said. */
const VERDICTS = {
  pass: "held",
  fail: "broken",
  allowed: "broken, which the scenario allows",
  demanded: "broken, as the scenario demands",
  "not-judged": "not judged",
};

/** Shows it in `root`. */
export function mountFindings(root, { run, cursor, selection }) {
  const panel = d3.select(root);
  panel.append("p").attr("class", "sum").text(summary(run));

  const item = panel
    .append("ol")
    .attr("class", "found")
    .selectAll("li")
    .data(run.findings)
    .join("li");
  const button = item
    .append("button")
    .attr("type", "button")
    .attr("data-finding", (_, place) => place)
    .on("click", (_, finding) => {
      if (finding.event === null) return;
      cursor.showEvent(finding.event);
      selection.pick(finding.event);
    });
  button.append("strong").text((finding) => finding.check);
  button.append("span").text((finding) => ` ${aboutText(run, finding)}`);
  const told = button.append("span").attr("class", "told");
  for (const [word, text] of [
    ["expected", (finding) => finding.expected],
    ["got", (finding) => finding.got],
    [
      "shown by",
      (finding) => (finding.event === null ? "no single event" : `event ${finding.event}`),
    ],
  ]) {
    told.append("span").attr("class", "label").text(word);
    told.append("span").text(text);
  }
  button
    .filter((finding) => finding.more > 0)
    .append("span")
    .attr("class", "more")
    .text((finding) => `and ${finding.more.toLocaleString("en")} more like it`);

  const check = panel
    .append("ul")
    .attr("class", "checks")
    .attr("aria-label", "Checks")
    .selectAll("li")
    .data(run.checks)
    .join("li")
    .attr("data-verdict", ([, verdict]) => verdict);
  check.append("span").text(([name]) => name);
  check.append("span").text(([, verdict]) => VERDICTS[verdict] ?? verdict);

  selection.follow((event) => {
    button.attr("aria-current", (one) => (event !== null && one.event === event ? "true" : null));
  });
}

/** All checks in one sentence. */
function summary(run) {
  if (run.verdict === null) {
    const found = run.findings.length > 0 ? " What had been found by then is below." : "";
    return `The trace breaks off before the run ended, so it was not judged.${found}`;
  }
  const counts = d3.rollup(
    run.checks,
    (some) => some.length,
    ([, verdict]) => verdict,
  );
  const parts = Object.entries(VERDICTS)
    .filter(([verdict]) => counts.has(verdict))
    .map(([verdict, text]) => `${counts.get(verdict)} ${text}`);
  if (counts.size === 1 && counts.has("pass")) return `${run.checks.length} checks held.`;
  return `Of ${run.checks.length} checks: ${parts.join("; ")}.`;
}

/** Whom or what a finding is about. */
function aboutText(run, { who, chunk, entry }) {
  const parts = [];
  if (who !== null) parts.push(run.name(who));
  if (chunk !== null) parts.push(`chunk ${chunk}`);
  if (entry !== null) parts.push(entry);
  return parts.join(", ");
}
