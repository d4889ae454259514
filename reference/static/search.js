// The search: over operations, guides and errors, by an index that is loaded when it is opened.
import { base, make } from "./dom.js";

const most = 20;

export function search() {
  const dialog = document.getElementById("search");
  const text = document.getElementById("search-text");
  const list = document.getElementById("search-results");
  const status = document.getElementById("search-status");
  let index, chosen = -1;

  const open = async () => {
    if (dialog.open) return;
    dialog.showModal();
    text.select();
    try {
      index ||= await (await fetch(`${base}/search.json`)).json();
      look();
    } catch {
      status.textContent = "The index could not be loaded.";
    }
  };

  const choose = to => {
    const options = [...list.children];
    chosen = options.length ? (to + options.length) % options.length : -1;
    options.forEach((option, i) => option.setAttribute("aria-selected", i === chosen));
    if (chosen < 0) return text.removeAttribute("aria-activedescendant");
    text.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };

  const look = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length ? ranked(index, words) : [];
    list.replaceChildren(...found.map((entry, i) => make("li", { role: "option", id: `result-${i}`, "aria-selected": "false", "data-url": entry.url },
      make("strong", {}, entry.title), " ", make("span", { class: "part" }, entry.part), make("span", { class: "excerpt" }, excerpt(entry.text, words)))));
    text.setAttribute("aria-expanded", String(found.length > 0));
    status.textContent = !words.length ? "" : found.length ? `${found.length} found` : "Nothing found";
    choose(0);
  };

  const go = option => {
    if (!option) return;
    dialog.close();
    location.assign(option.dataset.url);
  };

  document.getElementById("search-button").addEventListener("click", open);
  document.getElementById("search-close").addEventListener("click", () => dialog.close());
  document.addEventListener("keydown", event => {
    const typing = event.target.closest?.("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey || event.key === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      open();
    }
  });
  text.addEventListener("input", () => index && look());
  text.addEventListener("keydown", event => {
    const act = { ArrowDown: () => choose(chosen + 1), ArrowUp: () => choose(chosen - 1), Enter: () => go(list.children[chosen]) }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  list.addEventListener("click", event => go(event.target.closest("[role=option]")));
  dialog.addEventListener("click", event => event.target === dialog && dialog.close());
}

// ranked are the entries that have all words: in the title first, then in the part, then in the text.
function ranked(index, words) {
  const points = ({ title, part, text }) => words.reduce((sum, word) => {
    const at = [title, part, text].map(place => place.toLowerCase().indexOf(word));
    const worth = at[0] === 0 ? 8 : at[0] > 0 ? 5 : at[1] >= 0 ? 3 : at[2] >= 0 ? 1 : -Infinity;
    return sum + worth;
  }, 0);
  return index.map(entry => ({ entry, score: points(entry) })).filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score).slice(0, most).map(({ entry }) => entry);
}

// excerpt is the text around the first word that is in it.
function excerpt(text, words) {
  const at = Math.max(0, Math.min(...words.map(word => text.toLowerCase().indexOf(word)).filter(at => at >= 0), text.length) - 40);
  const begin = at >= text.length - 1 ? 0 : at;
  return (begin ? "…" : "") + text.slice(begin, begin + 120) + (text.length > begin + 120 ? "…" : "");
}
