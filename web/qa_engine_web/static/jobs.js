// Watching a job: a bar while it runs, its results at the end. Words come from the page.
const english = document.documentElement.lang === "en";
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

export function watcher(place, words, after) {
  function line(outcome, name, message) {
    const item = document.createElement("li");
    const state = document.createElement("span");
    state.className = outcome === "failed" ? "bad" : "good";
    state.textContent = words[outcome] || outcome;
    const file = document.createElement("span");
    file.dir = "auto";
    // A failure's message names its file itself.
    const named = name && message && message.includes(name);
    file.textContent = named ? ` ${message}` : ` ${name} `;
    const more = document.createElement("span");
    more.className = "quiet";
    more.dir = "auto";
    // A removed document's result carries the key of its undo, which says nothing to people.
    more.textContent = outcome === "removed" || named ? "" : message || "";
    item.append(state, file, more);
    return item;
  }

  function show(text, share) {
    let bar = place.querySelector("progress");
    let label = place.querySelector("p");
    if (!bar || !label) {
      bar = document.createElement("progress");
      label = document.createElement("p");
      place.replaceChildren(label, bar);
    }
    if (share === undefined) bar.removeAttribute("value");
    else bar.value = share;
    bar.setAttribute("aria-label", text);
    label.textContent = text;
  }

  function finish(job) {
    const list = document.createElement("ul");
    list.className = "plain";
    const said = (entry, key) => (english && entry[`${key}_en`] !== undefined ? entry[`${key}_en`] : entry[key]);
    if (job.message) list.append(line("failed", said(job, "message"), said(job, "hint")));
    list.append(...job.results.map((result) => line(result.outcome, result.name, said(result, "message"))));
    if (!list.children.length) {
      const done = document.createElement("p");
      done.textContent = words.done;
      place.replaceChildren(done, ...after(job));
    } else place.replaceChildren(list, ...after(job));
  }

  async function follow(job, address) {
    while (job.state === "waiting" || job.state === "running") {
      const stage = words[`stage${job.stage.charAt(0).toUpperCase()}${job.stage.slice(1)}`];
      const count = job.total ? `${job.done} / ${job.total}` : "";
      const text = [stage || words.waiting, count, job.detail].filter(Boolean).join(" · ");
      show(text, job.total ? job.done / job.total : undefined);
      await wait(400);
      try {
        const response = await fetch(address || `/api/v1/jobs/${job.id}`);
        if (response.status === 404) return finish({ message: words.gone || words.failed, hint: "", results: [] });
        if (response.ok) job = await response.json();
      } catch {
        await wait(2000); // the server restarts, or the network is gone for a moment
      }
    }
    finish(job);
  }

  return { show, finish, follow };
}
