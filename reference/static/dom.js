// make(tag, attributes, children) is an element; texts among the children stay texts.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child !== null));
  return element;
}

// paths of the pages and of the API, as this server is asked.
export const { base, api, server } = document.body.dataset;
