// Before the first paint: the reader's choice of light or dark, if there is one.
try {
  const chosen = localStorage.getItem("qa-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; the system's choice holds then.
}
document.documentElement.classList.add("has-js");
