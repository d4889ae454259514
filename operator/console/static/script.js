// Copy buttons: they are hidden without this script, since only it can make them work.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    const status = document.getElementById(button.dataset.status);
    try {
      await navigator.clipboard.writeText(source.textContent);
      status.textContent = button.dataset.copied;
    } catch {
      // Without a clipboard, such as on a page that is not secure, the text is selected.
      getSelection().selectAllChildren(source);
      status.textContent = button.dataset.selected;
    }
  });
}
