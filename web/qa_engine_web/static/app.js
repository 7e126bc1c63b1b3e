// What the pages do beyond plain links and forms. Everything works without it.
import { suggestions } from "./suggest.js";

const body = document.body;
const toast = document.getElementById("toast");
let fading;

export function say(text) {
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => toast.classList.remove("shown"), 2500);
}

// Copy buttons carry their text.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    say(body.dataset.copied);
  } catch {
    say(copied(button.dataset.copy) ? body.dataset.copied : body.dataset.copyFailed);
  }
});

// The clipboard interface needs a secure context; plain http in an office is not one.
function copied(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr";
  body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

document.getElementById("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("qa-theme", root.dataset.theme);
  } catch {
    // The choice then lasts for this page.
  }
});

// "/" goes to the box, unless something is being typed.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const box = document.getElementById("q");
  if (event.key === "/" && !typing && box && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

const loading = document.getElementById("loading");
for (const form of document.querySelectorAll("form[data-loading]")) {
  form.addEventListener("submit", () => {
    loading.hidden = false;
    say(body.dataset.working);
  });
}
addEventListener("pageshow", () => {
  loading.hidden = true;
  toast.classList.remove("shown");
});

for (const box of document.querySelectorAll("[data-suggest]")) suggestions(box);

// Feedback is sent in the background; without scripts the form is posted.
for (const form of document.querySelectorAll("[data-feedback]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    const entry = {
      question: data.get("question"),
      answer: data.get("answer"),
      verdict: data.get("verdict"),
      expected: data.get("expected"),
      documents: data.getAll("document"),
    };
    try {
      const response = await fetch("/api/v1/feedback", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(entry),
      });
      const result = await response.json();
      const english = document.documentElement.lang === "en";
      say(response.ok ? result.message : english ? result.error.message_en : result.error.message);
      if (response.ok) {
        const thanks = document.createElement("p");
        thanks.className = "good";
        thanks.textContent = result.message;
        thanks.tabIndex = -1;
        form.replaceChildren(thanks);
        thanks.focus({ preventScroll: true });
      }
    } catch {
      form.submit();
    }
  });
}

// The cited span comes into view; #p… alone would show where its passage begins.
if (location.search.includes("start=")) {
  const mark = document.querySelector(".document mark");
  if (mark) mark.scrollIntoView({ block: "center" });
}
