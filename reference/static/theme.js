// The theme that the reader chose, before anything is drawn in another one.
try {
  document.documentElement.dataset.theme = JSON.parse(localStorage.getItem("external-api.theme")) || "system";
} catch {
  document.documentElement.dataset.theme = "system"; // nothing can be stored
}
