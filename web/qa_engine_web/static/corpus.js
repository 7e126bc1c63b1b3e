// Uploading by drag and drop, with progress and a result for each file.
const panel = document.querySelector("[data-corpus]");
const drop = document.getElementById("drop");
const progress = document.getElementById("progress");
const words = panel.dataset;
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

function line(outcome, name, message) {
  const item = document.createElement("li");
  const state = document.createElement("span");
  state.className = outcome === "failed" ? "bad" : "good";
  state.textContent = words[outcome] || outcome;
  const file = document.createElement("span");
  file.dir = "auto";
  file.textContent = ` ${name} `;
  const more = document.createElement("span");
  more.className = "quiet";
  more.dir = "auto";
  more.textContent = message;
  item.append(state, file, more);
  return item;
}

function show(text, share) {
  const bar = document.createElement("progress");
  if (share === undefined) bar.removeAttribute("value");
  else bar.value = share;
  bar.setAttribute("aria-label", text);
  const label = document.createElement("p");
  label.textContent = text;
  progress.replaceChildren(label, bar);
}

function finish(job) {
  const list = document.createElement("ul");
  list.className = "plain";
  if (job.message) list.append(line("failed", job.message, job.hint));
  list.append(...job.results.map((result) => line(result.outcome, result.name, result.message)));
  const link = document.createElement("a");
  link.href = "/corpus";
  link.textContent = words.show;
  progress.replaceChildren(list, link);
}

async function follow(job) {
  while (job.state === "waiting" || job.state === "running") {
    const stage = words[`stage${job.stage.charAt(0).toUpperCase()}${job.stage.slice(1)}`];
    const text = [stage || words.waiting, job.detail].filter(Boolean).join(" · ");
    show(text, job.total ? job.done / job.total : undefined);
    await wait(400);
    const response = await fetch(`/api/v1/jobs/${job.id}`);
    if (!response.ok) break;
    job = await response.json();
  }
  finish(job);
}

function upload(files) {
  if (!files.length) return;
  const data = new FormData();
  for (const file of files) data.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", "/api/v1/documents");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    show(`${files.length}`, event.lengthComputable ? event.loaded / event.total : undefined);
  });
  request.addEventListener("load", () => {
    if (request.status === 202) follow(request.response);
    else finish({ message: request.response?.error?.message || words.failed, hint: request.response?.error?.hint || "", results: [] });
  });
  request.addEventListener("error", () => finish({ message: words.failed, hint: "", results: [] }));
  request.send(data);
}

drop.addEventListener("submit", (event) => {
  event.preventDefault();
  upload([...drop.querySelector("input[type=file]").files]);
});
for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  upload([...event.dataTransfer.files]);
});
document.querySelector('form[action="/corpus/refresh"]').addEventListener("submit", async (event) => {
  event.preventDefault();
  const response = await fetch("/api/v1/jobs/refresh", { method: "POST" });
  const job = await response.json();
  if (response.status === 202) follow(job);
  else finish({ message: job.error.message, hint: job.error.hint, results: [] });
});
