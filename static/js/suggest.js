/* Suggestions below the search box, after the ARIA practices' combobox with a list. Without this, the box only searches. */
(() => {
  "use strict";

  const WAIT = 200; // milliseconds without a key before asking
  const LEAST = 2; // letters, as the server has it
  for (const field of document.querySelectorAll("[data-suggest]")) enable(field);

  function enable(field) {
    const form = field.form;
    const frame = element("div", "suggest");
    const list = element("ul", "suggest__list");
    const status = element("p", "visually-hidden");
    let found = [];
    let active = -1;
    let timer;
    let asking;

    list.id = `${field.id}-list`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Pages");
    status.setAttribute("role", "status");
    field.before(frame);
    frame.append(field, list, status);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", list.id);

    field.addEventListener("input", () => {
      clearTimeout(timer);
      close();
      if (field.value.trim().length >= LEAST) timer = setTimeout(ask, WAIT);
    });
    field.addEventListener("keydown", steer);
    field.addEventListener("blur", stop);
    form.addEventListener("submit", stop);
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // so that the field keeps its focus
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) open(found[[...list.children].indexOf(option)]);
    });

    async function ask() {
      asking = new AbortController();
      const query = new URLSearchParams({ q: field.value });
      try {
        const answer = await fetch(`${field.dataset.suggest}?${query}`, { signal: asking.signal, credentials: "omit" });
        if (answer.ok) show((await answer.json()).suggestions);
      } catch {
        close(); // the box still searches
      }
    }

    function show(suggestions) {
      found = suggestions;
      active = -1;
      list.replaceChildren(...found.map(optionFor));
      list.hidden = !found.length;
      field.setAttribute("aria-expanded", String(!list.hidden));
      field.removeAttribute("aria-activedescendant");
      if (found.length) status.textContent = `${found.length} ${found.length === 1 ? "page" : "pages"} suggested. Use the arrow keys to choose.`;
      else status.textContent = "No title has this. Press Enter to search all pages.";
    }

    function optionFor(suggestion, index) {
      const option = element("li", "suggest__option");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const title = element("span", "suggest__title");
      const section = element("span", "suggest__section");
      title.textContent = suggestion.title;
      section.textContent = suggestion.section;
      option.append(title, " ", section);
      return option;
    }

    function steer(event) {
      if (event.isComposing) return;
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault(); // a second Escape empties the field, as browsers do
        close();
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        open(found[active]);
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
        event.preventDefault();
        const places = found.length + 1; // the field itself is one
        move(((active + 1 + (event.key === "ArrowDown" ? 1 : places - 1)) % places) - 1);
      }
    }

    function move(to) {
      active = to;
      [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
      const option = list.children[active];
      if (!option) {
        field.removeAttribute("aria-activedescendant");
        return;
      }
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    function open(suggestion) {
      if (suggestion) location.assign(suggestion.url);
    }

    function stop() {
      clearTimeout(timer);
      close();
    }

    function close() {
      asking?.abort();
      found = [];
      active = -1;
      list.hidden = true;
      status.textContent = "";
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }
  }

  function element(name, className) {
    const made = document.createElement(name);
    made.className = className;
    return made;
  }
})();
