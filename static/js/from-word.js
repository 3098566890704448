/* What is pasted from Word keeps its headings and lists: the first rank of its headings is the second on a page, and its lists arrive as
   paragraphs, each with a dot or number of its own. */

document.addEventListener("prose-editor:ready", ({ detail: { editor } }) => {
  const LISTED = 'p[style*="mso-list:"]';
  const MARKER = '[style*="mso-list:Ignore" i]';

  function rename(element, name) {
    const other = element.ownerDocument.createElement(name);
    other.append(...element.childNodes);
    element.replaceWith(other);
    return other;
  }

  function lowerHeadings(page) {
    if (page.querySelectorAll("h1").length > 1) page.querySelectorAll("h2").forEach((heading) => rename(heading, "h3"));
    page.querySelectorAll("h1").forEach((heading) => rename(heading, "h2"));
  }

  function makeLists(page) {
    for (const paragraph of page.querySelectorAll(LISTED)) {
      const marker = paragraph.querySelector(MARKER);
      if (!marker) continue;
      const name = /^\s*\w+[.)]/.test(marker.textContent) ? "ol" : "ul";
      marker.remove();
      const before = paragraph.previousElementSibling;
      const list = before?.matches(`${name}[data-made]`) ? before : page.createElement(name);
      list.dataset.made = "";
      if (list !== before) paragraph.before(list);
      list.append(rename(paragraph, "li"));
    }
  }

  editor.view.setProps({
    transformPastedHTML(html) {
      if (!/<h1|mso-list/i.test(html)) return html;
      const page = new DOMParser().parseFromString(html, "text/html");
      lowerHeadings(page);
      makeLists(page);
      return page.body.innerHTML;
    },
  });
});
