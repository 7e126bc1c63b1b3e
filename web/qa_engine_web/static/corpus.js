// Uploading by drag and drop, with progress and a result for each file.
import { watcher } from "./jobs.js";

const panel = document.querySelector("[data-corpus]");
const drop = document.getElementById("drop");
const progress = document.getElementById("progress");
const words = panel.dataset;

const { show, finish, follow } = watcher(progress, words, () => {
  const link = document.createElement("a");
  link.href = "/corpus";
  link.textContent = words.show;
  return [link];
});

// What a form began before this page came is watched too.
if (progress.dataset.job) follow({ id: progress.dataset.job, state: "waiting", stage: "" });

function refuse(answer) {
  finish({ message: words.failed, hint: "", hint_en: "", ...answer?.error, results: [] });
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
    else refuse(request.response);
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
  else refuse(job);
});
