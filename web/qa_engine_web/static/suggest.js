// Suggestions below a search box: past questions of this browser, then what the index has.
const KEY = "qa-asked";
const body = document.body;

function past() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(found) ? found.filter((item) => typeof item === "string") : [];
  } catch {
    return [];
  }
}

function remember(question) {
  const text = question.trim();
  if (!text || text.length > 200) return;
  try {
    const kept = [text, ...past().filter((item) => item !== text)].slice(0, 50);
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Nothing is kept then.
  }
}

export function suggestions(box) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", body.dataset.suggested);
  const status = document.createElement("div");
  status.className = "sr";
  status.setAttribute("role", "status");
  box.parentElement.append(list, status);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  let chosen = -1;
  let typed = box.value;
  let waiting;
  let asking;

  const options = () => [...list.children];

  function close() {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function show(entries) {
    list.replaceChildren(
      ...entries.map(({ text, label }, index) => {
        const option = document.createElement("li");
        option.id = `suggestion-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dir = "auto";
        const words = document.createElement("span");
        words.textContent = text;
        const kind = document.createElement("span");
        kind.className = "quiet";
        kind.textContent = label;
        option.append(words, kind);
        option.dataset.text = text;
        return option;
      }),
    );
    chosen = -1;
    list.hidden = entries.length === 0;
    box.setAttribute("aria-expanded", String(entries.length > 0));
    status.textContent = entries.length ? body.dataset.count.replace("{n}", entries.length) : "";
  }

  function choose(index) {
    const all = options();
    chosen = (index + all.length + 1) % (all.length + 1);
    if (chosen === all.length) chosen = -1;
    all.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) {
      box.value = typed;
      box.removeAttribute("aria-activedescendant");
    } else {
      box.value = all[chosen].dataset.text;
      box.setAttribute("aria-activedescendant", all[chosen].id);
      all[chosen].scrollIntoView({ block: "nearest" });
    }
  }

  async function ask() {
    typed = box.value;
    const text = typed.trim();
    asking?.abort();
    const recent = past()
      .filter((item) => item.includes(text) && item !== text)
      .slice(0, 4)
      .map((item) => ({ text: item, label: body.dataset.recent }));
    if (!text) return show(recent);
    asking = new AbortController();
    try {
      const response = await fetch(`/api/v1/suggest?q=${encodeURIComponent(text.slice(0, 100))}`, {
        signal: asking.signal,
      });
      const { suggestions: found = [] } = response.ok ? await response.json() : {};
      const known = new Set(recent.map((entry) => entry.text));
      const more = found.filter((item) => !known.has(item) && item !== text);
      show([...recent, ...more.map((item) => ({ text: item, label: "" }))].slice(0, 10));
    } catch (error) {
      if (error.name !== "AbortError") show(recent);
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // the arrow keys belong to the input method then
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else choose(chosen < 0 && event.key === "ArrowUp" ? options().length - 1 : chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Escape") {
      if (!list.hidden) {
        event.preventDefault();
        box.value = typed;
        close();
      } else box.blur();
    }
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    box.value = option.dataset.text;
    box.form.requestSubmit();
  });
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", () => {
    remember(box.value);
    close();
  });
}
