// A batch that is being asked: progress, then the page with its answers.
import { watcher } from "./jobs.js";

const place = document.getElementById("progress");
const id = place.dataset.job;
const watch = watcher(place, place.dataset, (job) => {
  if (job.state) location.reload();
  return [];
});
watch.follow({ id, state: "waiting", stage: "" }, `/api/v1/batch/jobs/${id}`);
