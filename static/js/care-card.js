// The care card of the rich text editor: a box in one of four levels, whose first line is its heading.
import { Node, mergeAttributes } from "django-prose-editor/editor"

const NAMES = { info: "Information", gp: "See a GP", urgent: "Urgent", emergency: "Emergency" }

const option = (text) => Object.assign(document.createElement("p"), { textContent: text })

const CareHeading = Node.create({
  name: "careHeading",
  content: "inline*",
  defining: true,
  parseHTML: () => [{ tag: "h3", context: "careCard/", priority: 100 }],
  renderHTML: () => ["h3", 0],
})

export const CareCard = Node.create({
  name: "careCard",
  group: "block",
  content: "careHeading (paragraph | bulletList | orderedList)+",
  defining: true,

  addOptions: () => ({ levels: Object.keys(NAMES) }),
  addExtensions: () => [CareHeading],

  addAttributes() {
    return {
      level: {
        default: "gp",
        parseHTML: (element) => this.options.levels.find((level) => element.classList.contains(`care-${level}`)) ?? "info",
        renderHTML: ({ level }) => ({ class: `care care-${level}` }),
      },
    }
  },

  parseHTML: () => [{ tag: "div.care" }],
  renderHTML: ({ HTMLAttributes }) => ["div", mergeAttributes(HTMLAttributes), 0],

  addCommands() {
    const card = (level) => ({
      type: this.name,
      attrs: { level },
      content: [
        { type: "careHeading", content: [{ type: "text", text: "Heading" }] },
        { type: "paragraph", content: [{ type: "text", text: "Text" }] },
      ],
    })
    return {
      setCareCard:
        (level) =>
        ({ commands, editor }) =>
          editor.isActive(this.name) ? commands.updateAttributes(this.name, { level }) : commands.insertContent(card(level)),
    }
  },

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "careCard:none",
      groups: "careCard",
      priority: 110,
      button: buttons.text("Care card", "Add or change a care card"),
      option: option("Remove this care card"),
      active: (editor) => !editor.isActive(this.name),
      enabled: (editor) => editor.isActive(this.name),
      command: (editor) => editor.chain().focus().deleteNode(this.name).run(),
    })
    for (const level of this.options.levels) {
      menu.defineItem({
        name: `careCard:${level}`,
        groups: "careCard",
        button: buttons.text(`Care card: ${NAMES[level]}`),
        option: option(`Care card: ${NAMES[level]}`),
        active: (editor) => editor.isActive(this.name, { level }),
        command: (editor) => editor.chain().focus().setCareCard(level).run(),
      })
    }
  },
})
