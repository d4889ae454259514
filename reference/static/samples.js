// Code: a button that copies it, and tabs of languages, of which the last one is chosen on every page.
import { make } from "./dom.js";
import { recall, remember } from "./storage.js";

export function copyButtons(within = document) {
  for (const block of within.querySelectorAll("div.code")) {
    const button = make("button", { class: "copy", type: "button", "aria-live": "polite" }, "Copy");
    button.addEventListener("click", async () => {
      const code = block.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code); // no clipboard, as on a page that is not secure
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    block.append(button);
  }
}

export function languageTabs() {
  for (const list of document.querySelectorAll("[role=tablist]")) {
    const tabs = [...list.querySelectorAll("[role=tab]")];
    const choose = chosen => tabs.forEach(tab => {
      tab.setAttribute("aria-selected", tab === chosen);
      tab.tabIndex = tab === chosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).classList.toggle("shown", tab === chosen);
    });
    const take = tab => {
      choose(tab);
      tab.focus();
      remember(localStorage, "language", tab.id);
    };
    list.addEventListener("click", event => event.target.matches("[role=tab]") && take(event.target));
    list.addEventListener("keydown", event => {
      const at = tabs.indexOf(document.activeElement);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      take(tabs[to % tabs.length]);
    });
    const last = tabs.find(tab => tab.id === recall(localStorage, "language"));
    if (last) choose(last);
  }
}
