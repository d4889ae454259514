// The theme: that of the system, or light or dark.
import { remember } from "./storage.js";

const themes = ["system", "light", "dark"];

export function chooseTheme() {
  const button = document.getElementById("theme-button");
  const root = document.documentElement;
  const say = () => button.setAttribute("aria-label", `Theme: ${root.dataset.theme === "system" ? "as the system" : root.dataset.theme}`);
  button.addEventListener("click", () => {
    root.dataset.theme = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
    remember(localStorage, "theme", root.dataset.theme);
    say();
  });
  say();
}
